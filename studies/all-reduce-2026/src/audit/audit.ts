import { runStudy, type StudyReport } from '../tables/run-study.js';
import { STUDIES } from '../tables/studies.js';
import type { Study } from '../tables/study.js';
import { auditActiveChunks } from './active-chunks.js';
import type { AuditPart } from './finding.js';
import { auditHierarchy, hierarchySteps } from './hierarchy.js';
import { auditOtherCollectives, otherCollectivesSteps } from './other-collectives.js';
import { auditThreshold } from './power-law.js';
import { auditTiers } from './tiers.js';

export interface AuditOptions {
  /**
   * Leaves out what takes minutes: congestion-aware runs of 256 NPUs, and of the other
   * collectives those of 64.
   */
  readonly quick?: boolean;
  /** Called with what is being computed, {@link auditSteps} times. */
  readonly onProgress?: (text: string) => void;
}

/** The study, run again, and every claim of the log set against it. */
export interface Audit extends AuditPart {
  readonly studies: readonly StudyReport[];
}

/** How often {@link runAudit} reports progress. */
export function auditSteps(quick: boolean): number {
  return 4 + hierarchySteps(hierarchyNpus(quick)) + otherCollectivesSteps(othersNpus(quick));
}

const hierarchyNpus = (quick: boolean) => (quick ? [16] : [16, 64, 256]);
const othersNpus = (quick: boolean) => (quick ? [16] : [16, 64]);

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
  parts.push(auditHierarchy(report('sweep-360'), { npus: hierarchyNpus(quick), ...progress }));
  parts.push(auditOtherCollectives({ npus: othersNpus(quick), ...progress }));
  const order = ['claim-1', 'claim-2', 'claim-3', 'claim-4', 'claim-5', 'claim-6', 'claim-7', 'H7', 'H16', 'H17'];
  return {
    studies,
    findings: parts.flatMap(({ findings }) => findings).sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id)),
    tables: parts.flatMap(({ tables }) => tables),
    figures: parts.flatMap(({ figures }) => figures),
  };
}
