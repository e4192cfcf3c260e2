# gSDE by Stable-Baselines3's StateDependentNoiseDistribution (full_std, exp, features not learned), float64.
#   python gsde.py > gsde.json
import json
import sys

import numpy as np
import stable_baselines3
import torch
from stable_baselines3.common.distributions import StateDependentNoiseDistribution

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(3)
ROWS, WIDTH, SIZE = 5, 4, 2
array = lambda *shape: torch.tensor(np.round(rng.normal(size=shape), 4))
features, mean, actions = array(ROWS, WIDTH), array(ROWS, SIZE).requires_grad_(), array(ROWS, SIZE)
features.requires_grad_()
log_std, theta = (array(WIDTH, SIZE) * 0.5 - 1).requires_grad_(), array(WIDTH, SIZE)
d = StateDependentNoiseDistribution(SIZE)
d.latent_sde_dim = WIDTH
d.proba_distribution(mean, log_std, features)
weight = array(ROWS)
log_probability = d.log_prob(actions)
gradients = torch.autograd.grad((log_probability * weight).sum() + d.entropy().sum(), [log_std, mean, features], allow_unused=True)
d.exploration_mat = theta * log_std.exp()  # rsample with standard noise theta
d.exploration_matrices = []  # one matrix for all rows
out = dict(features=features.tolist(), mean=mean.tolist(), actions=actions.tolist(), logStd=log_std.tolist(), theta=theta.tolist(),
           weight=weight.tolist(), logProbability=log_probability.tolist(), entropy=d.entropy().tolist(),
           std=d.distribution.stddev.tolist(), sample=d.sample().tolist(),
           gradientLogStd=gradients[0].tolist(), gradientMean=gradients[1].tolist(), featuresHaveGradient=gradients[2] is not None)
json.dump(out, sys.stdout)
print(f"torch {torch.__version__}, stable-baselines3 {stable_baselines3.__version__}, numpy {np.__version__}", file=sys.stderr)
