const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Fields that OpenAI's two endpoints share, and those that engines add to both. */
const COMMON = `
  model stream stream_options max_tokens temperature top_p n stop presence_penalty frequency_penalty
  logit_bias logprobs seed user metadata nvext min_tokens ignore_eos top_k min_p repetition_penalty
  length_penalty include_stop_str_in_output skip_special_tokens add_special_tokens prompt_logprobs
  guided_json guided_regex guided_grammar guided_choice guided_decoding_backend
  guided_whitespace_pattern cache_salt stop_token_ids detokenize allowed_token_ids
  bad_words_token_ids`;

const CHAT = `
  messages max_completion_tokens tools tool_choice parallel_tool_calls functions function_call
  response_format reasoning_effort top_logprobs modalities audio prediction service_tier store
  verbosity web_search_options chat_template_args chat_template_kwargs media_io_kwargs
  mm_processor_kwargs add_generation_prompt continue_final_message`;

/** The fields that each endpoint accepts at the root of a body. */
export const ROOT_FIELDS: Readonly<Record<'chat' | 'completions', ReadonlySet<string>>> = {
  chat: words(COMMON + CHAT),
  completions: words(`${COMMON} prompt prompt_embeds suffix echo best_of`),
};

/** The fields that `nvext` accepts. Source: the list that a 1.6.1 frontend gives in its own 400. */
export const NVEXT_FIELDS = words(`
  greed_sampling use_raw_prompt annotations backend_instance_id token_data max_thinking_tokens
  cache_salt extra_fields metadata_upload prefill_worker_id decode_worker_id dp_rank prefill_dp_rank
  agent_hints request_timestamp_ms routing_constraints router`);
