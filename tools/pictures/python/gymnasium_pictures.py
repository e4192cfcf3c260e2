"""Renders the classic environments with Gymnasium and pygame and writes, per state, the picture averaged over cells of 10 × 10 pixels (RGB bytes,
compressed by zlib, base64): what @rl/envs' tests compare their own pictures with. Usage: python gymnasium_pictures.py FILE [FOLDER for the full PNGs]"""

import base64
import json
import os
import sys
import zlib

os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"

import gymnasium
import numpy as np
import pygame

CELL = 10
CASES = {
    "CartPole-v1": [[0, 0, 0, 0], [0.5, 0, 0.1, 0], [-1.3, 0, -0.2, 0], [2.3, 0, 0.205, 0], [0.0137, 0, 0.0333, 0]],
    "MountainCar-v0": [[-0.5, 0], [-1.2, 0], [0.3, 0], [0.5, 0], [-0.83, 0]],
    "MountainCarContinuous-v0": [[-0.5, 0], [0.3, 0]],
    "Pendulum-v1": [[0, 0, None], [1.0, 0, 1.5], [3.0, 0, -2.0], [-2.0, 0, 0.7], [0.3, 0, -0.4]],
    "Acrobot-v1": [[0, 0, 0, 0], [1.0, 0.5, 0, 0], [-2.0, 1.5, 0, 0], [3.0, -0.3, 0, 0]],
}


def render(env, id, state):
    inner = env.unwrapped
    if id == "Pendulum-v1":
        inner.state, inner.last_u = np.array(state[:2], dtype=np.float64), state[2]
    else:
        inner.state = np.array(state, dtype=np.float64)
    return inner.render()


pictures = []
for id, states in CASES.items():
    env = gymnasium.make(id, render_mode="rgb_array")
    env.reset(seed=0)
    for k, state in enumerate(states):
        picture = render(env, id, state)
        h, w, _ = picture.shape
        cells = picture.reshape(h // CELL, CELL, w // CELL, CELL, 3).mean(axis=(1, 3))
        data = base64.b64encode(zlib.compress(np.floor(cells + 0.5).astype(np.uint8).tobytes(), 9)).decode()
        pictures.append({"id": id, "state": state, "columns": w // CELL, "rows": h // CELL, "rgb": data})
        if len(sys.argv) > 2:
            pygame.image.save(pygame.surfarray.make_surface(picture.transpose(1, 0, 2)), f"{sys.argv[2]}/{id}-{k}.png")
provenance = f"Gymnasium {gymnasium.__version__}, pygame {pygame.version.ver}, NumPy {np.__version__}: tools/pictures/python/gymnasium_pictures.py"
with open(sys.argv[1], "w") as file:
    json.dump({"provenance": provenance, "cell": CELL, "pictures": pictures}, file)
    file.write("\n")
