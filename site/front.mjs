/** The first page. live.js computes its number in the reader's browser. */
export const FRONT = `<h1>How long does an all\u2011reduce take on this network, and why?</h1>
<p class="lead">astra-sim-ts simulates collective communication and training steps on networks of accelerators: equal
to ASTRA-sim's analytical backends to the nanosecond, installed by npm alone, and with a warning when a number breaks physics.</p>
<section class="live" aria-label="Try it">
<form>
<label>Network
<select name="topology">
<option value="ring(8, 450 GB/s, 500 ns) x switch(16, 50 GB/s, 2 us)">16 boxes of 8: rings, then a switch</option>
<option value="switch(8, 450 GB/s, 500 ns) x switch(128, 50 GB/s, 2 us)">128 boxes of 8: switches throughout</option>
<option value="ring(16, 100 GB/s, 500 ns) x ring(16, 100 GB/s, 500 ns) x ring(16, 100 GB/s, 500 ns)">torus of 16 x 16 x 16</option>
<option value="fully-connected(8, 50 GB/s, 300 ns)">8, each connected to each</option>
<option value="ring(64, 50 GB/s, 500 ns)">one ring of 64</option>
</select></label>
<label>Message size: <span class="bytes">64 MiB</span>
<input name="size" type="range" min="10" max="34" step="1" value="26"></label>
<label>Messages on one link
<select name="network"><option value="congestion-aware">wait for each other</option><option value="congestion-unaware">do not notice each other</option></select></label>
</form>
<output aria-live="polite">&nbsp;</output>
<p class="sentence"></p>
<p class="doubt"></p>
<p><a class="open" href="playground/">Open in the playground</a></p>
</section>
<div class="ways">
<section><h2><a href="playground/">Playground</a></h2><p>Draw a cluster, run a collective, see chunks move and the bottleneck named, change one thing, and send the link; or run any command line and script.</p></section>
<section><h2><a href="docs/guide.html">Guide</a></h2><p>From a fresh clone to the first result, in a script and on the command line.</p></section>
<section><h2><a href="docs/algorithms.html">Algorithms</a></h2><p>Ring, trees, TACOS, ForestColl, Blink, HiCCL and TACCL on one league table.</p></section>
<section><h2><a href="docs/training.html">Training steps</a></h2><p>The time of a step on up to 65,536 accelerators, and the best way to split a model.</p></section>
<section><h2><a href="docs/validation.html">Validation</a></h2><p>Compared with public measured tables, on data that the models have not seen.</p></section>
<section><h2><a href="docs/findings.html">Findings</a></h2><p>What is wrong with published numbers, each with the command that shows it.</p></section>
</div>`;
