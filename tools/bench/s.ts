import { testbed, epsilonGreedy, gaussianArms } from "@rl/bandits";
const f=(tasks:number,steps:number)=>()=>testbed({seed:1,tasks,steps,policies:{a:(s)=>epsilonGreedy({...s,epsilon:.1})}});
for (const [n,h] of [["2000",f(2000,1000)],["100",f(100,20000)],["400",f(400,5000)]] as const){let b=1e9; for(let i=0;i<20;i++){const t=performance.now();h();b=Math.min(b,performance.now()-t);} console.log(n,b);}
