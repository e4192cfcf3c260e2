"""Records what Gymnasium's wrappers do; writes wrappers.json beside itself. Run with Gymnasium 1.3 or later."""
import json, pathlib
import gymnasium as gym, numpy as np
from gymnasium import wrappers as w
from gymnasium.wrappers import vector as v

def flat(x): return np.asarray(x, dtype=np.float64).flatten().tolist()

def single(id, wrap, steps, scale, resets=()):
    env = wrap(gym.make(id)); rng = np.random.default_rng(3); out = []
    start = flat(env.reset(seed=17)[0])
    for t in range(steps):
        a = int(rng.integers(0, env.action_space.n)) if hasattr(env.action_space, "n") else (rng.uniform(-1, 1, 1) * scale).astype(np.float32)
        o, r, te, tr, info = env.step(a)
        row = {"a": a if isinstance(a, int) else flat(a), "o": flat(o), "r": float(r), "te": bool(te), "tr": bool(tr)}
        if "episode" in info: row["episode"] = {"r": float(info["episode"]["r"]), "l": int(info["episode"]["l"])}
        if te or tr: row["start"] = flat(env.reset()[0])
        out.append(row)
    return {"id": id, "reset": start, "steps": out}

def vector(id, wrap, steps):
    vec = wrap(gym.make_vec(id, 3, vectorization_mode="sync", vector_kwargs={"autoreset_mode": gym.vector.AutoresetMode.NEXT_STEP}))
    rng = np.random.default_rng(4); out = []
    start = flat(vec.reset(seed=17)[0])
    for t in range(steps):
        a = rng.integers(0, 2, 3)
        o, r, te, tr, info = vec.step(a)
        row = {"a": a.tolist(), "o": flat(o), "r": flat(r), "te": flat(te), "tr": flat(tr)}
        if "episode" in info: row["episode"] = {"r": flat(info["episode"]["r"]), "l": flat(info["episode"]["l"])}
        out.append(row)
    return {"id": id, "reset": start, "steps": out}

def reward(env): return w.NormalizeReward(env, gamma=0.9)
out = {"provenance": f"Recorded from Gymnasium {gym.__version__} with NumPy {np.__version__} by record-wrappers.py.",
  "single": {
    "ClipAction": single("Pendulum-v1", w.ClipAction, 30, 5.0),
    "RescaleAction": single("Pendulum-v1", lambda e: w.RescaleAction(e, -0.5, 1.5), 30, 0.5),
    "RecordEpisodeStatistics": single("CartPole-v1", w.RecordEpisodeStatistics, 60, 1),
    "TransformObservation": single("CartPole-v1", lambda e: w.TransformObservation(e, lambda o: o[:2] * 2, gym.spaces.Box(-np.inf, np.inf, (2,))), 30, 1),
    "TransformReward": single("Pendulum-v1", lambda e: w.TransformReward(e, lambda r: 0.5 * r - 1), 30, 2.0),
    "NormalizeObservation": single("CartPole-v1", w.NormalizeObservation, 60, 1),
    "NormalizeReward": single("CartPole-v1", reward, 60, 1),
    "FrameStackObservation": single("CartPole-v1", lambda e: w.FrameStackObservation(e, 3), 40, 1),
    "FrameStackObservation zero": single("CartPole-v1", lambda e: w.FrameStackObservation(e, 3, padding_type="zero"), 40, 1),
    "TimeAwareObservation": single("CartPole-v1", w.TimeAwareObservation, 40, 1),
    "TimeAwareObservation normalized": single("CartPole-v1", lambda e: w.TimeAwareObservation(e, normalize_time=True), 40, 1),
  },
  "vector": {
    "RecordEpisodeStatistics": vector("CartPole-v1", v.RecordEpisodeStatistics, 60),
    "NormalizeObservation": vector("CartPole-v1", v.NormalizeObservation, 60),
    "NormalizeReward": vector("CartPole-v1", lambda e: v.NormalizeReward(e, gamma=0.9), 60),
  }}
pathlib.Path(__file__).with_name("wrappers.json").write_text(json.dumps(out, separators=(",", ":")))
