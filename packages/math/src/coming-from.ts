/**
 * What options are called elsewhere (subpath @rl/math/coming-from): the one table by which every package that people come to from another library answers
 * `gamma`, `lr` or `n_steps` with the option of its own that means that. docs/coming-from.md is made from it.
 */
import { nearest, plain, quote } from "./options.ts";

/** Letter → library, as the table's rows begin. */
const LIBRARIES = {
  S: "Stable-Baselines3",
  C: "CleanRL",
  R: "RLlib",
  U: "Spinning Up",
  Y: "SciPy",
  G: "Gymnasium",
  P: "PyTorch, Optax, Keras",
  O: "others",
} as const;
export type Library = (typeof LIBRARIES)[keyof typeof LIBRARIES];

/**
 * One meaning a line: names here (the first that the call at hand knows is meant; "-": none), then names there, each group with the letters of its libraries, and
 * after " -- " what else is to be known. Names are compared without case and punctuation, so `n-steps` and `nSteps` are found as well.
 */
const TABLE = `
discount SCRU:gamma O:discount_factor,discount_rate,reward_discount
learningRate/valueLearningRate/stepSize SCP:learning_rate RP:lr
learningRate U:pi_lr O:policy_lr,actor_lr,lr_actor,pi_learning_rate
valueLearningRate/learningRate U:vf_lr O:value_lr,critic_lr,lr_critic,qf_lr,q_lr
learningRate/valueLearningRate R:lr_schedule O:learning_rate_schedule -- Write { linear: [from, to] }
learningRate/valueLearningRate C:anneal_lr O:lr_decay,use_linear_lr_decay,lr_annealing -- Write { linear: [from, 0] }
gaeLambda SC:gae_lambda
gaeLambda/ridge R:lambda U:lam O:lmbda,tau_gae
advantage R:use_gae
stepsPerEnv/steps S:n_steps C:num_steps
stepsPerEnv R:rollout_fragment_length
stepsPerEnv/maxEpisodeSteps/steps O:rollout_length,rollout_steps,num_rollout_steps,unroll_length,trajectory_length,horizon
stepsPerEnv R:train_batch_size,train_batch_size_per_learner U:steps_per_epoch O:timesteps_per_batch,timesteps_per_iteration -- It is counted for each environment
minibatchSize/batchSize/valueMinibatchSize/size/stepsPerEnv SC:batch_size
minibatchSize/valueMinibatchSize/batchSize R:minibatch_size,sgd_minibatch_size
minibatchSize/valueMinibatchSize C:num_minibatches O:n_minibatches,num_mini_batch -- Ours is the number of rows in one
epochs/valueEpochs/valueUpdates S:n_epochs C:update_epochs R:num_epochs,num_sgd_iter O:ppo_epoch,ppo_epochs,k_epochs,noptepochs
iterations/maxIterations/valueEpochs U:epochs C:num_iterations O:n_iterations,iters,num_updates
epochs U:train_pi_iters O:pi_iters
valueUpdates/valueEpochs S:n_critic_updates U:train_v_iters O:v_iters,vf_iters,train_vf_iters,value_iters
clipRange S:clip_range C:clip_coef R:clip_param U:clip_ratio O:clip_eps,clip_epsilon,eps_clip,epsilon_clip,clipping
valueClipRange S:clip_range_vf R:vf_clip_param O:clip_range_value,value_clip,vf_clip,clip_value
valueClipRange C:clip_vloss O:clip_value_loss,use_clipped_value_loss -- Ours is the range
entropyCoefficient SC:ent_coef R:entropy_coeff O:entropy_coef,entropy_weight,ent_weight,entropy_beta,entropy_bonus,entropy_cost,ent_coeff
valueCoefficient SC:vf_coef R:vf_loss_coeff O:value_loss_coef,value_coef,vf_coeff,value_coeff,critic_coef,vf_loss_coef,value_loss_coeff,vf_weight,v_coef
maxGradNorm SC:max_grad_norm R:grad_clip O:clip_grad,clip_grad_norm,gradient_clip,grad_norm,grad_norm_clip,max_gradient_norm,gradient_clipping
targetKl SCU:target_kl R:kl_target U:delta O:max_kl,kl_limit,kl_bound,trust_region,max_kl_step,step_kl
- R:kl_coeff,use_kl_loss O:kl_penalty -- clipRange and targetKl bound the divergence
normalizeAdvantages S:normalize_advantage C:norm_adv O:adv_norm,normalise_advantage,standardize_advantages,advantage_normalization
normalizeObservations S:norm_obs R:observation_filter O:normalize_obs,obs_norm,normalize_observation,normalize_input
normalizeRewards S:norm_reward O:normalize_reward,reward_norm,reward_normalization,norm_rew,reward_scaling,normalize_returns
- S:clip_obs,clip_reward O:clip_rewards -- normalised numbers are used as they come
- S:policy O:policy_class -- the network follows the spaces; hiddenSizes and activation shape it
env C:env_id R:environment U:env_fn O:env_name,gym_env,env_class,task,game
hiddenSizes S:net_arch,policy_kwargs R:fcnet_hiddens U:ac_kwargs O:hidden_layers,layers,layer_sizes,hidden_dim,hidden_dims,hidden_units,hidden_size,units,arch,architecture,n_hidden,network,model
activation S:activation_fn R:fcnet_activation O:act_fn,nonlinearity
sharedLayers S:share_features_extractor R:vf_share_layers O:shared_network,share_layers,shared
initialization/initial S:ortho_init O:orthogonal_init,init,initializer,weight_init,kernel_init
logStdInit S:log_std_init O:init_log_std,initial_log_std
stateDependentExploration S:use_sde,sde_sample_freq O:gsde,sde,use_gsde -- Its value is the number of steps for which the noise is kept
squashActions S:squash_output O:squash,squash_action,tanh_squash,tanh_actions
stateDependentStd R:free_log_std O:state_dependent_std,learn_std,state_independent_std
- S:full_std,use_expln,normalize_images,features_extractor_class,features_extractor_kwargs,rollout_buffer_class,rollout_buffer_kwargs,replay_buffer_class,stats_window_size,_init_setup_model,sub_sampling_factor -- leave it out
- S:optimizer_class,use_rms_prop,rms_prop_eps O:optimizer,optim -- Adam is built in
adamEpsilon/eps/epsilon S:optimizer_kwargs P:eps O:adam_eps,adam_epsilon,optimizer_eps,epsilon
betas P:b1,b2,beta_1,beta_2 O:adam_betas
weightDecay/ridge P:weight_decay O:l2,l2_reg,wd,l2_weight
- SP:device C:cuda R:num_gpus,num_gpus_per_env_runner O:gpu,use_gpu,use_cuda -- programs run on the processor, as WebAssembly
- C:torch_deterministic,torch_compile,cudagraphs R:framework O:eager -- the same seed gives the same bits, always
numEnvs S:n_envs CG:num_envs R:num_env_runners,num_envs_per_env_runner,num_workers,num_envs_per_worker U:num_cpu O:num_processes,n_workers,parallel_envs,num_actors,n_actors,workers,envs
totalSteps/maxEpisodeSteps/steps SC:total_timesteps O:n_timesteps,num_timesteps,max_timesteps,total_env_steps,max_steps,num_env_steps,total_frames,frames,nb_steps,num_frames,timesteps,max_env_steps
seed Y:random_state O:random_seed,rng_seed
cgIterations S:cg_max_steps U:cg_iters O:cg_max_iter,cg_steps,conjugate_gradient_iterations,n_cg_iters,cg_iter
cgDamping S:cg_damping U:damping_coeff O:damping,damping_coef,fisher_damping,fvp_damping,reg_coeff
cgTolerance O:cg_tol,cg_residual_tol,residual_tol
lineSearchSteps/maxSteps S:line_search_max_iter U:backtrack_iters O:line_search_iters,max_backtracks,linesearch_steps,backtrack_steps,ls_steps,ls_max_steps
lineSearchShrink/shrink S:line_search_shrinking_factor U:backtrack_coeff O:backtrack_ratio,backtrack_factor,step_frac,ls_shrink
bufferCapacity/bufferSize SC:buffer_size U:replay_size O:replay_buffer_size,memory_size,capacity
learningStarts SC:learning_starts U:start_steps,update_after O:warmup_steps,learn_start
trainEvery S:train_freq C:train_frequency U:update_every O:update_frequency
polyak/temperature/window SC:tau O:polyak_tau,soft_update
targetUpdateEvery S:target_update_interval C:target_network_frequency R:target_network_update_freq O:target_update_freq
gradientSteps S:gradient_steps O:n_gradient_steps,updates_per_step
epsilon S:exploration_fraction,exploration_initial_eps,exploration_final_eps C:start_e,end_e O:eps_start,eps_end,epsilon_decay
dir/loggers S:tensorboard_log,tb_log_name C:exp_name R:storage_path O:log_dir,run_dir,output_dir,save_path,save_dir,checkpoint_dir,experiment_name,run_name,local_dir,path,folder,dirname,directory,out_dir
loggers S:verbose,progress_bar C:track R:log_level U:logger_kwargs O:use_wandb,wandb,tensorboard,logging,writer,log
- C:wandb_project_name,wandb_entity -- loggers write JSON lines, CSV and TensorBoard files
onMetrics/onIteration SY:callback R:callbacks O:on_step,hooks,on_train_result
evaluate/env S:eval_env R:evaluation_config O:eval,evaluation,test_env
every/evaluate S:eval_freq R:evaluation_interval O:eval_interval,eval_every -- Write evaluate: { env, every }
every/checkpoint SU:save_freq C:save_model R:checkpoint_frequency O:checkpoint_freq,save_every,checkpoint_every,save_interval -- Write checkpoint: { every }
episodes/evaluate S:n_eval_episodes R:evaluation_duration U:num_test_episodes O:eval_episodes,n_episodes,num_episodes,nb_episodes,test_episodes
deterministic R:explore O:stochastic,greedy
- S:log_interval O:log_freq,print_freq -- every iteration is logged
- S:reset_num_timesteps -- resume goes on counting
maxEpisodeSteps/vineLength G:max_episode_steps U:max_ep_len O:max_episode_length,time_limit,episode_length,max_path_length,max_ep_steps
disableEnvChecker G:disable_env_checker O:check_env
- C:capture_video G:render_mode O:render_fps,screen,record_video,video,render -- an environment describes its scene, and @rl/envs/paint draws it
autoreset G:autoreset_mode O:auto_reset,reset_mode
vectorization G:vectorization_mode O:vector_mode
- S:env_kwargs R:env_config G:vector_kwargs O:kwargs -- the environment's own options go to make, beside its others
gravity G:g
tolerance Y:tol,rtol,atol,gtol,xtol,ftol O:residual_tolerance
maxIterations/maxSteps Y:maxiter,maxfev O:niter,itermax,maxfun,maxit
start Y:x0 O:initial_guess,x_init
preconditioner Y:M O:minv,precond,preconditioner_fn
onIteration Y:disp,return_all O:full_output,print_level,callback_fn
shrink O:rho,contraction,backtracking
- Y:jac,hess,hessp O:grad,gradient_fn -- derivatives are arguments, not options
stepSize/learningRate O:alpha,step,step_size
arms O:n_arms,num_arms,k_arms,num_actions,n_actions,nb_arms
features O:n_features,num_features,context_size,context_dim,dim,n_dims,dimension
ridge O:reg,regularization,l2_regularizer,ridge_lambda
initial O:q0,initial_value,initial_values,optimistic,optimistic_value,initial_q
window O:window_size,window_length,sliding_window
tasks O:n_tasks,num_tasks,n_runs,num_runs,runs,n_bandits,num_problems,replications
c/alpha O:confidence,exploration,ucb_c,confidence_level,exploration_factor
dropRemainder P:drop_last
bufferSize O:shuffle_buffer,shuffle_buffer_size
`;

/** A name elsewhere and what it means here. */
export interface Origin {
  readonly libraries: readonly Library[];
  readonly name: string;
  /** Options of ours, most likely first; none: absent here. */
  readonly meaning: readonly string[];
  /** A sentence without its full stop: what else is to be known, or what is absent. */
  readonly note: string;
}

/** Every row of the table. */
export function comingFromTable(): Origin[] {
  return TABLE.trim()
    .split("\n")
    .flatMap((line) => {
      const [words = "", note = ""] = line.split(" -- ");
      const [targets = "", ...groups] = words.split(" ");
      const meaning = targets === "-" ? [] : targets.split("/");
      return groups.flatMap((group) => {
        const [letters = "", names = ""] = group.split(":");
        const libraries = Array.from(letters, (letter) => LIBRARIES[letter as keyof typeof LIBRARIES]);
        return names.split(",").map((name) => ({ libraries, name, meaning, note }));
      });
    });
}

let byName: Map<string, Origin> | undefined;

/**
 * The half sentence about a name of another library: `did you mean "discount"?`, `it is absent here: …` or `where it exists it is "clipRange", which is
 * absent here.`; undefined for a name that the table does not have. `known` are the options of the call at hand.
 */
export function comingFrom(name: string, known: readonly string[]): string | undefined {
  byName ??= new Map(comingFromTable().map((origin) => [plain(origin.name), origin]));
  const word = plain(name);
  const origin = byName.get(word);
  // Our own name in another spelling is not from elsewhere.
  if (origin === undefined || known.some((option) => plain(option) === word)) return undefined;
  const { meaning, note } = origin;
  const meant = meaning.find((option) => known.includes(option));
  if (meant !== undefined) return `did you mean ${quote(meant)}?${note === "" ? "" : ` ${note}.`}`;
  // A slip of the pen in a name of this call is more likely than a name that means nothing to it.
  if (nearest(name, known) !== undefined) return undefined;
  return meaning.length === 0 ? `it is absent here: ${note}.` : `where it exists it is ${quote(meaning[0]!)}, which is absent here.`;
}
