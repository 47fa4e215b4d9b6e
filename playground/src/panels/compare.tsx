import { useEffect } from 'preact/hooks';
import { bytes, percent, time } from '../format.js';
import { Question } from '../state/question.js';
import { change, page, spec } from '../state/store.js';
import { Asked } from '../ui/asked.js';
import { Help } from '../ui/help.js';
import { Scroll } from '../ui/scroll.js';
import type { League } from '../worker/protocol.js';

const question = new Question('compare', { isLong: true });

/** Every available algorithm on this network, ranked. */
export default function ComparePanel() {
  const { league } = page.value;
  const asked = spec.value;
  useEffect(() => {
    // The comparison ignores the algorithms chosen on the left.
    if (league === 'yes') question.ask({ ...asked, algorithms: 'ring', network: 'congestion-unaware' });
  }, [asked, league]);
  return (
    <div class="panel">
      <p class="lead">
        All algorithms on this network, for this collective and size: those of the simulator with the best of some
        numbers of splits, and those that are made for the network (TACOS, ForestColl, Blink, HiCCL, TACCL). This takes
        seconds.
      </p>
      {league === 'no' ? (
        <button type="button" class="button main" onClick={() => change({ league: 'yes' })}>
          Compare all algorithms
        </button>
      ) : (
        <Asked question={question}>{(value) => <Table value={value} />}</Asked>
      )}
    </div>
  );
}

function Table({ value }: { readonly value: League }) {
  const { rows, leftOut, winners } = value;
  const most = Math.max(...rows.map(({ timeNs }) => timeNs), 1);
  const size = rows[0]?.bytes ?? 0;
  const otherwise = winners[0]?.otherwise;
  return (
    <>
      <Scroll label="The comparison">
        <table class="league">
          <caption>
            {value.collective} of {bytes(size)} on {value.npus} NPUs. Ranked with links that serve one message at a
            time.
          </caption>
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">Algorithm</th>
              <th scope="col">Time</th>
              <th scope="col">What it goes to</th>
              <th scope="col">
                Of the limit <Help word="limit" />
              </th>
              <th scope="col">If messages overlap</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.algorithm}>
                <td>{row.rank}</td>
                <th scope="row">
                  {row.algorithm}
                  <small>
                    {row.origin === 'synthesised' && <em class="tag">made for this network</em>} {row.source}
                  </small>
                </th>
                <td>{time(row.timeNs)}</td>
                <td class="bar-cell">
                  <span
                    class={`meter-bar ${row.rank === 1 ? '' : 'soft'}`}
                    style={{ width: `${(100 * row.timeNs) / most}%` }}
                  />
                  <small>{row.why}</small>
                </td>
                <td>{percent(row.ofBound)}</td>
                <td>
                  {time(row.congestionUnawareNs)}
                  {row.unphysicalIn.includes('congestion-unaware') && <em class="tag warn">model only</em>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {otherwise !== undefined && (
        <p class="small">
          Where messages overlap, {otherwise.algorithm} would win with {time(otherwise.timeNs)}
          {otherwise.isPhysical ? '' : ', faster than its links allow'}.
        </p>
      )}
      {leftOut.length > 0 && <p class="quiet small">Not possible here: {leftOut.join(', ')}.</p>}
    </>
  );
}
