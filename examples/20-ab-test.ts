// An A/B test that learns while it runs: Thompson sampling, its state kept as JSON between requests.
import { thompson, type PolicyState } from "@rl/bandits";
import { Generator } from "@rl/random";

const versions = ["blue button", "green button", "red button"];
const clickRates = [0.04, 0.05, 0.075]; // known only to this simulation
const visitors = new Generator(7);

let store = ""; // a database row, a file, a cookie …

/** One request: choose a version, see whether the visitor clicks, save. */
function request(): number {
  const policy = thompson({ arms: versions.length, seed: 1 });
  if (store !== "") policy.restore(JSON.parse(store) as PolicyState);
  const version = policy.select();
  policy.update(version, visitors.random() < clickRates[version]! ? 1 : 0);
  store = JSON.stringify(policy.state());
  return version;
}

const shown = new Int32Array(versions.length);
for (let visitor = 0; visitor < 20_000; visitor++) shown[request()]!++;

const { tables } = JSON.parse(store) as PolicyState;
versions.forEach((version, arm) => {
  const clicks = tables["successes"]![arm]! - 1; // the prior counts one success and one failure
  console.log(
    `${version.padEnd(12)} shown ${String(shown[arm]).padStart(6)} times, ${clicks} clicks (${((100 * clicks) / shown[arm]!).toFixed(2)} %)`,
  );
});
if (shown[2]! < shown[0]! + shown[1]!) throw new Error("the best button should have been shown most");
