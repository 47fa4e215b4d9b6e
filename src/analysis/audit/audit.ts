import { runStudy, type StudyReport } from '../../study/run-study.js';
import { STUDIES } from '../../study/studies.js';
import type { Study } from '../../study/study.js';
import { auditActiveChunks } from './active-chunks.js';
import type { AuditPart } from './finding.js';
import { auditHierarchy } from './hierarchy.js';
import { auditOtherCollectives } from './other-collectives.js';
import { auditThreshold } from './power-law.js';
import { auditTiers } from './tiers.js';

export interface AuditOptions {
  /**
   * Leaves out what takes minutes: congestion-aware runs of 256 NPUs, and of the other
   * collectives those of 64.
   */
  readonly quick?: boolean;
  /** Told what is being computed. */
  readonly onProgress?: (text: string) => void;
}

/** The study, run again, and every claim of the log set against it. */
export interface Audit extends AuditPart {
  readonly studies: readonly StudyReport[];
}

/** Runs the whole study and the audit of its claims. Takes minutes, or seconds when `quick`. */
export async function runAudit({ quick = false, onProgress }: AuditOptions = {}): Promise<Audit> {
  onProgress?.('the 13 tables of the study');
  const studies = STUDIES.map((study: Study) => runStudy(study));
  const report = (name: StudyReport['name']) => studies.find((study) => study.name === name) as StudyReport;
  const progress = onProgress === undefined ? {} : { onProgress };
  const parts: AuditPart[] = [];
  onProgress?.('bounds of all points');
  parts.push(auditActiveChunks(report('active-chunks'), report('active-chunks-x-splits')));
  onProgress?.('exact thresholds');
  parts.push(await auditThreshold());
  onProgress?.('one, two and three tiers');
  parts.push(auditTiers(report('tiers-vs-active-chunks'), [report('three-vs-two'), report('three-tiers-rescue')]));
  parts.push(auditHierarchy(report('sweep-360'), { npus: quick ? [16] : [16, 64, 256], ...progress }));
  parts.push(auditOtherCollectives({ npus: quick ? [16] : [16, 64], ...progress }));
  const order = ['claim-1', 'claim-2', 'claim-3', 'claim-4', 'claim-5', 'claim-6', 'claim-7', 'H7', 'H16', 'H17'];
  return {
    studies,
    findings: parts.flatMap(({ findings }) => findings).sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)),
    tables: parts.flatMap(({ tables }) => tables),
    figures: parts.flatMap(({ figures }) => figures),
  };
}
