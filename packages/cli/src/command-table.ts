// Made by command-table.test.ts from the schemas of the flags.
export const COMMAND_TABLE = [
 {
  "name": "",
  "arguments": [],
  "flags": [
   {
    "flags": "--config <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--trace <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--url <url>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--model <name>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--endpoint <api>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--server <make>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--path <path>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--connect-to <host:port>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--time-unit <unit>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--speedup <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--start-offset <ms>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--end-offset <ms>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--limit <rows>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--seed <number>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--block-size <tokens>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--output-length <mode>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--prompt <form>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--token-id-range <from-to>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--body <json>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--max-tokens-field <field>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--model-per-row",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--session-header <name>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--header <name: value>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--server-details <mode>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--request-timeout <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--connect-timeout <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--first-token-timeout <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--between-tokens-timeout <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--max-connections <count>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--workers <count>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--api-key-env <variable>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--api-key-file <file>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--ca <file>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--cert <file>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--key <file>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--insecure",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--wait-for-model <seconds>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--warm-up-requests <count>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--warm-up-concurrency <count>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--warm-up-input-length <tokens>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--warm-up-output-length <tokens>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--drain <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--goodput <objectives>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--artifact-dir <directory>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--name <name>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--progress <mode>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--json",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--export <format>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--fail-if <condition>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--no-fidelity-gate",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--dry-run",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--server-metrics <url>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--metrics-port <port>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--metrics-host <address>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--shard <i/n>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--run-id <id>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--start-at <time>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--start-barrier <directory>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--wait-for-shards <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--start-lead <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay --trace <file> --url <url> [flags]",
   "",
   "Replays a Mooncake trace on its own schedule against an OpenAI-compatible streaming",
   "frontend, and reports TTFT, ITL, latency and goodput.",
   "",
   "Options:",
   "  -V, --version                       output the version number",
   "  -h, --help                          display help for command",
   "",
   "Configuration",
   "  --config <file>                     YAML or JSON file with flags; see docs/configuration.md",
   "",
   "Trace and target",
   "  --trace <file>                      trace to replay: .jsonl, .jsonl.gz, or - for standard input",
   "  --url <url>                         base URL of the server; several take turns",
   "  --model <name>                      model to ask for (default: the only one listed)",
   "  --endpoint <api>                    API to call (default: \"chat\")",
   "",
   "Schedule",
   "  --speedup <factor>                  divide the gaps of the trace by this (default: 1)",
   "  --limit <rows>                      replay at most so many rows",
   "",
   "Requests",
   "  --output-length <mode>              make the server generate exactly output_length tokens, or at",
   "                                      most so many (default: \"exact\")",
   "  --header <name: value>              header added to every request",
   "",
   "Connections",
   "  --api-key-env <variable>            environment variable that holds the API key",
   "",
   "Before and after",
   "  --wait-for-model <seconds>          longest wait until the model is listed (default: 600)",
   "  --warm-up-requests <count>          requests before the replay, in no figure (default: 0)",
   "",
   "Results",
   "  --goodput <objectives>              objectives in ms that a good request keeps, as tag:limit pairs",
   "                                      (default: \"time_to_first_token:20000 inter_token_latency:50\")",
   "  --artifact-dir <directory>          directory for the runs (default: \"artifacts\")",
   "  --name <name>                       name of the run (default: \"replay\")",
   "  --json                              print summary.json instead of the report (default: false)",
   "  --fail-if <condition>               exit 4 if this holds of the summary, such as",
   "                                      \"goodput.fraction<0.95\"",
   "  --dry-run                           send nothing: show what the run asks for, and whether this",
   "                                      machine has it (default: false)",
   "",
   "Commands:",
   "  report [options] <directory>        make the summary of a run again from its records",
   "  merge [options] <directory...>      make one run of its shards",
   "  compare [options] <directories...>  hold runs against each other: metrics side by side, with",
   "                                      intervals",
   "  ab [options]                        replay a trace against two servers in turns, and compare them",
   "  mock [options]                      serve an OpenAI-compatible frontend: known times, or a",
   "                                      modelled deployment",
   "  trace                               make, look at, check and change traces",
   "  demo [options]                      the recipe's experiment on models of its two deployments;",
   "                                      brings a trace of its own",
   "",
   "Examples:",
   "  replay --trace conversation_trace.jsonl --url http://localhost:8000",
   "  replay --trace trace.jsonl.gz --url http://localhost:8000 --limit 100 --speedup 2",
   "  replay --trace trace.jsonl --url http://localhost:8000 \\",
   "    --goodput \"time_to_first_token:2000 inter_token_latency:25\" --fail-if \"goodput.fraction<0.95\"",
   "  replay report artifacts/1785000000_replay/trace --goodput \"time_to_first_token:500\"",
   "  replay merge artifacts/night-7",
   "",
   "Exit codes: 0 ok, 1 internal error, 2 flags or trace, 3 target not there, 4 no row ok or --fail-if",
   "met, 5 fidelity invalid, 6 stopped by a signal, 7 an artifact could not be written.",
   "",
   "--help-all lists every flag.",
   ""
  ],
  "helpAll": [
   "Usage: replay --trace <file> --url <url> [flags]",
   "",
   "Replays a Mooncake trace on its own schedule against an OpenAI-compatible streaming",
   "frontend, and reports TTFT, ITL, latency and goodput.",
   "",
   "Options:",
   "  -V, --version                       output the version number",
   "  --help-all                          display help with every flag",
   "  -h, --help                          display help for command",
   "",
   "Configuration",
   "  --config <file>                     YAML or JSON file with flags; see docs/configuration.md",
   "",
   "Trace and target",
   "  --trace <file>                      trace to replay: .jsonl, .jsonl.gz, or - for standard input",
   "  --url <url>                         base URL of the server; several take turns",
   "  --model <name>                      model to ask for (default: the only one listed)",
   "  --endpoint <api>                    API to call (default: \"chat\")",
   "  --server <make>                     make of the server, which sets other defaults; see",
   "                                      docs/servers.md",
   "  --path <path>                       path of the requests below the URL (default: /v1/… of the",
   "                                      endpoint)",
   "  --connect-to <host:port>            connect to this host:port; Host header and certificate stay",
   "                                      the URL's",
   "",
   "Schedule",
   "  --time-unit <unit>                  unit of the trace's timestamps (default: ms, refused where",
   "                                      they look otherwise)",
   "  --speedup <factor>                  divide the gaps of the trace by this (default: 1)",
   "  --start-offset <ms>                 skip rows with an earlier timestamp, ms of the trace",
   "  --end-offset <ms>                   skip rows with a later timestamp, ms of the trace",
   "  --limit <rows>                      replay at most so many rows",
   "",
   "Requests",
   "  --seed <number>                     seed of the prompt texts (default: 42)",
   "  --block-size <tokens>               prompt tokens that one hash id names (default: 512)",
   "  --output-length <mode>              make the server generate exactly output_length tokens, or at",
   "                                      most so many (default: \"exact\")",
   "  --prompt <form>                     send prompts as text, or as token ids (completions only)",
   "                                      (default: \"words\")",
   "  --token-id-range <from-to>          token ids to choose from",
   "  --body <json>                       JSON merged into every request",
   "  --max-tokens-field <field>          field of a request that holds the output length (default:",
   "                                      \"max_tokens\")",
   "  --model-per-row                     ask for the model that a row names in its field model, if it",
   "                                      has one (default: false)",
   "  --session-header <name>             header that carries a row's session_id, for routers that keep",
   "                                      sessions together",
   "  --header <name: value>              header added to every request",
   "  --server-details <mode>             ask for worker ids and server timing (Dynamo) if a probe shows",
   "                                      they are given (default: \"auto\")",
   "",
   "Connections",
   "  --request-timeout <seconds>         longest time from dispatch to end (default: 1000)",
   "  --connect-timeout <seconds>         longest time to connect (default: 30)",
   "  --first-token-timeout <seconds>     longest time from sent to first token",
   "  --between-tokens-timeout <seconds>  longest time from token to token",
   "  --max-connections <count>           most sockets open at once (default: no limit)",
   "  --workers <count>                   threads that send and read (auto: by the planned load)",
   "                                      (default: \"auto\")",
   "  --api-key-env <variable>            environment variable that holds the API key",
   "  --api-key-file <file>               file that holds the API key",
   "  --ca <file>                         PEM file with the authorities to trust",
   "  --cert <file>                       PEM file with our certificate",
   "  --key <file>                        PEM file with its key",
   "  --insecure                          accept any certificate",
   "",
   "Before and after",
   "  --wait-for-model <seconds>          longest wait until the model is listed (default: 600)",
   "  --warm-up-requests <count>          requests before the replay, in no figure (default: 0)",
   "  --warm-up-concurrency <count>       warm-up requests at a time (default: 4)",
   "  --warm-up-input-length <tokens>     prompt tokens of a warm-up request (default: 10000)",
   "  --warm-up-output-length <tokens>    output tokens of a warm-up request (default: 200)",
   "  --drain <seconds>                   after an interrupt, longest wait for what is in flight",
   "                                      (default: 30)",
   "",
   "Results",
   "  --goodput <objectives>              objectives in ms that a good request keeps, as tag:limit pairs",
   "                                      (default: \"time_to_first_token:20000 inter_token_latency:50\")",
   "  --artifact-dir <directory>          directory for the runs (default: \"artifacts\")",
   "  --name <name>                       name of the run (default: \"replay\")",
   "  --progress <mode>                   live line on a terminal, a line every 10 s elsewhere (default:",
   "                                      \"auto\")",
   "  --json                              print summary.json instead of the report (default: false)",
   "  --export <format>                   also write the files of another tool: aiperf",
   "  --fail-if <condition>               exit 4 if this holds of the summary, such as",
   "                                      \"goodput.fraction<0.95\"",
   "  --no-fidelity-gate                  do not exit 5 when the run's own fidelity is invalid",
   "  --dry-run                           send nothing: show what the run asks for, and whether this",
   "                                      machine has it (default: false)",
   "",
   "Metrics",
   "  --server-metrics <url>              Prometheus page to scrape every second, or \"off\" (default:",
   "                                      /metrics of each --url)",
   "  --metrics-port <port>               serve our own figures to Prometheus on this port; 0 for any",
   "  --metrics-host <address>            address for --metrics-port (default: \"127.0.0.1\")",
   "",
   "Shards",
   "  --shard <i/n>                       replay only part i of n of the selected rows, i from 0",
   "  --run-id <id>                       name of the run: its directory and its x-request-id headers",
   "  --start-at <time>                   ISO 8601 instant at which the first selected row of the whole",
   "                                      trace is due",
   "  --start-barrier <directory>         directory that all shards see; they agree there on when to",
   "                                      start",
   "  --wait-for-shards <seconds>         longest wait for the other shards (default: 600)",
   "  --start-lead <seconds>              from the last shard at the barrier to the first due row",
   "                                      (default: 10)",
   "",
   "Commands:",
   "  report [options] <directory>        make the summary of a run again from its records",
   "  merge [options] <directory...>      make one run of its shards",
   "  compare [options] <directories...>  hold runs against each other: metrics side by side, with",
   "                                      intervals",
   "  ab [options]                        replay a trace against two servers in turns, and compare them",
   "  mock [options]                      serve an OpenAI-compatible frontend: known times, or a",
   "                                      modelled deployment",
   "  trace                               make, look at, check and change traces",
   "  demo [options]                      the recipe's experiment on models of its two deployments;",
   "                                      brings a trace of its own",
   "",
   "Examples:",
   "  replay --trace conversation_trace.jsonl --url http://localhost:8000",
   "  replay --trace trace.jsonl.gz --url http://localhost:8000 --limit 100 --speedup 2",
   "  replay --trace trace.jsonl --url http://localhost:8000 \\",
   "    --goodput \"time_to_first_token:2000 inter_token_latency:25\" --fail-if \"goodput.fraction<0.95\"",
   "  replay report artifacts/1785000000_replay/trace --goodput \"time_to_first_token:500\"",
   "  replay merge artifacts/night-7",
   "",
   "Exit codes: 0 ok, 1 internal error, 2 flags or trace, 3 target not there, 4 no row ok or --fail-if",
   "met, 5 fidelity invalid, 6 stopped by a signal, 7 an artifact could not be written.",
   ""
  ]
 },
 {
  "name": "report",
  "arguments": [
   "<directory>"
  ],
  "flags": [
   {
    "flags": "--goodput <objectives>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--json",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--export <format>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay report [options] <directory>",
   "",
   "make the summary of a run again from its records",
   "",
   "Arguments:",
   "  directory               directory that holds run.json and records.jsonl",
   "",
   "Options:",
   "  --goodput <objectives>  judge by these objectives instead of those of the run",
   "  --json                  print the summary as JSON",
   "  --export <format>       also write the files of another tool: aiperf",
   "  -h, --help              display help for command",
   ""
  ],
  "helpAll": [
   "Usage: replay report [options] <directory>",
   "",
   "make the summary of a run again from its records",
   "",
   "Arguments:",
   "  directory               directory that holds run.json and records.jsonl",
   "",
   "Options:",
   "  --goodput <objectives>  judge by these objectives instead of those of the run",
   "  --json                  print the summary as JSON",
   "  --export <format>       also write the files of another tool: aiperf",
   "  --help-all              display help with every flag",
   "  -h, --help              display help for command",
   ""
  ]
 },
 {
  "name": "merge",
  "arguments": [
   "<directory...>"
  ],
  "flags": [
   {
    "flags": "--artifact-dir <directory>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--allow-missing",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--json",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay merge [options] <directory...>",
   "",
   "make one run of its shards",
   "",
   "Arguments:",
   "  directory                   a shard's directory, or one that holds shards",
   "",
   "Options:",
   "  --artifact-dir <directory>  directory for the merged run (default: beside the shards)",
   "  --allow-missing             merge what is there, and say what is missing",
   "  --json                      print the summary as JSON",
   "  -h, --help                  display help for command",
   ""
  ],
  "helpAll": [
   "Usage: replay merge [options] <directory...>",
   "",
   "make one run of its shards",
   "",
   "Arguments:",
   "  directory                   a shard's directory, or one that holds shards",
   "",
   "Options:",
   "  --artifact-dir <directory>  directory for the merged run (default: beside the shards)",
   "  --allow-missing             merge what is there, and say what is missing",
   "  --json                      print the summary as JSON",
   "  --help-all                  display help with every flag",
   "  -h, --help                  display help for command",
   ""
  ]
 },
 {
  "name": "compare",
  "arguments": [
   "<directories...>"
  ],
  "flags": [
   {
    "flags": "--goodput <objectives>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--allow-different <condition>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--json",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--markdown",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay compare [options] <directories...>",
   "",
   "hold runs against each other: metrics side by side, with intervals",
   "",
   "Arguments:",
   "  directories                    two sides or more: a run, several with commas, or all below it",
   "",
   "Options:",
   "  --goodput <objectives>         judge by these objectives instead of those of the runs",
   "  --allow-different <condition>  condition that need not be equal: trace, seed, speedup, objectives,",
   "                                 output-length, model, prompts, bodies",
   "  --json                         print comparison.json (default: false)",
   "  --markdown                     print Markdown (default: false)",
   "  -h, --help                     display help for command",
   ""
  ],
  "helpAll": [
   "Usage: replay compare [options] <directories...>",
   "",
   "hold runs against each other: metrics side by side, with intervals",
   "",
   "Arguments:",
   "  directories                    two sides or more: a run, several with commas, or all below it",
   "",
   "Options:",
   "  --goodput <objectives>         judge by these objectives instead of those of the runs",
   "  --allow-different <condition>  condition that need not be equal: trace, seed, speedup, objectives,",
   "                                 output-length, model, prompts, bodies",
   "  --json                         print comparison.json (default: false)",
   "  --markdown                     print Markdown (default: false)",
   "  --help-all                     display help with every flag",
   "  -h, --help                     display help for command",
   ""
  ]
 },
 {
  "name": "ab",
  "arguments": [],
  "flags": [
   {
    "flags": "--a <url>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--b <url>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--a-name <name>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--b-name <name>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--repeat <count>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--name <name>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--json",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--markdown",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--config <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--trace <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--model <name>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--endpoint <api>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--server <make>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--path <path>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--connect-to <host:port>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--time-unit <unit>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--speedup <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--start-offset <ms>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--end-offset <ms>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--limit <rows>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--seed <number>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--block-size <tokens>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--output-length <mode>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--prompt <form>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--token-id-range <from-to>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--body <json>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--max-tokens-field <field>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--model-per-row",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--session-header <name>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--header <name: value>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--server-details <mode>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--request-timeout <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--connect-timeout <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--first-token-timeout <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--between-tokens-timeout <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--max-connections <count>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--workers <count>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--api-key-env <variable>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--api-key-file <file>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--ca <file>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--cert <file>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--key <file>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--insecure",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--wait-for-model <seconds>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--warm-up-requests <count>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--warm-up-concurrency <count>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--warm-up-input-length <tokens>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--warm-up-output-length <tokens>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--drain <seconds>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--goodput <objectives>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--artifact-dir <directory>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--progress <mode>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--export <format>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--no-fidelity-gate",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--server-metrics <url>",
    "isHidden": true,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay ab --trace <file> --a <url> --b <url> [flags]",
   "",
   "replay a trace against two servers in turns, and compare them",
   "",
   "The two sides",
   "  --a <url>                   base URL of the first server; several times for several frontends of",
   "                              it",
   "  --b <url>                   base URL of the second server, compared with the first",
   "  --a-name <name>             name of the first server in reports and directories (default: \"a\")",
   "  --b-name <name>             name of the second server (default: \"b\")",
   "  --repeat <count>            runs of each server; the next has the next seed; three or more can",
   "                              name a winner (default: 1)",
   "  --name <name>               name of the directory (default: \"ab\")",
   "  --json                      print comparison.json (default: false)",
   "  --markdown                  print Markdown (default: false)",
   "",
   "Configuration",
   "  --config <file>             YAML or JSON file with flags; see docs/configuration.md",
   "",
   "Trace and target",
   "  --trace <file>              trace to replay: .jsonl, .jsonl.gz, or - for standard input",
   "  --model <name>              model to ask for (default: the only one listed)",
   "  --endpoint <api>            API to call (default: \"chat\")",
   "",
   "Schedule",
   "  --speedup <factor>          divide the gaps of the trace by this (default: 1)",
   "  --limit <rows>              replay at most so many rows",
   "",
   "Connections",
   "  --api-key-env <variable>    environment variable that holds the API key",
   "",
   "Before and after",
   "  --wait-for-model <seconds>  longest wait until the model is listed (default: 600)",
   "  --warm-up-requests <count>  requests before the replay, in no figure (default: 0)",
   "",
   "Results",
   "  --goodput <objectives>      objectives in ms that a good request keeps, as tag:limit pairs",
   "                              (default: \"time_to_first_token:20000 inter_token_latency:50\")",
   "  --artifact-dir <directory>  directory for the runs (default: \"artifacts\")",
   "",
   "Options:",
   "  -h, --help                  display help for command",
   "",
   "Examples:",
   "  replay ab --trace trace.jsonl --a http://localhost:8000 --b http://localhost:8001 --repeat 3",
   "  replay ab --trace trace.jsonl.gz --limit 500 --repeat 5 \\",
   "    --a http://agg:8000 --a-name agg-round-robin --b http://disagg:8000 --b-name disagg-kv",
   "",
   "--help-all lists every flag.",
   ""
  ],
  "helpAll": [
   "Usage: replay ab --trace <file> --a <url> --b <url> [flags]",
   "",
   "replay a trace against two servers in turns, and compare them",
   "",
   "The two sides",
   "  --a <url>                           base URL of the first server; several times for several",
   "                                      frontends of it",
   "  --b <url>                           base URL of the second server, compared with the first",
   "  --a-name <name>                     name of the first server in reports and directories (default:",
   "                                      \"a\")",
   "  --b-name <name>                     name of the second server (default: \"b\")",
   "  --repeat <count>                    runs of each server; the next has the next seed; three or more",
   "                                      can name a winner (default: 1)",
   "  --name <name>                       name of the directory (default: \"ab\")",
   "  --json                              print comparison.json (default: false)",
   "  --markdown                          print Markdown (default: false)",
   "",
   "Configuration",
   "  --config <file>                     YAML or JSON file with flags; see docs/configuration.md",
   "",
   "Trace and target",
   "  --trace <file>                      trace to replay: .jsonl, .jsonl.gz, or - for standard input",
   "  --model <name>                      model to ask for (default: the only one listed)",
   "  --endpoint <api>                    API to call (default: \"chat\")",
   "  --server <make>                     make of the server, which sets other defaults; see",
   "                                      docs/servers.md",
   "  --path <path>                       path of the requests below the URL (default: /v1/… of the",
   "                                      endpoint)",
   "  --connect-to <host:port>            connect to this host:port; Host header and certificate stay",
   "                                      the URL's",
   "",
   "Schedule",
   "  --time-unit <unit>                  unit of the trace's timestamps (default: ms, refused where",
   "                                      they look otherwise)",
   "  --speedup <factor>                  divide the gaps of the trace by this (default: 1)",
   "  --start-offset <ms>                 skip rows with an earlier timestamp, ms of the trace",
   "  --end-offset <ms>                   skip rows with a later timestamp, ms of the trace",
   "  --limit <rows>                      replay at most so many rows",
   "",
   "Requests",
   "  --seed <number>                     seed of the prompt texts (default: 42)",
   "  --block-size <tokens>               prompt tokens that one hash id names (default: 512)",
   "  --output-length <mode>              make the server generate exactly output_length tokens, or at",
   "                                      most so many (default: \"exact\")",
   "  --prompt <form>                     send prompts as text, or as token ids (completions only)",
   "                                      (default: \"words\")",
   "  --token-id-range <from-to>          token ids to choose from",
   "  --body <json>                       JSON merged into every request",
   "  --max-tokens-field <field>          field of a request that holds the output length (default:",
   "                                      \"max_tokens\")",
   "  --model-per-row                     ask for the model that a row names in its field model, if it",
   "                                      has one (default: false)",
   "  --session-header <name>             header that carries a row's session_id, for routers that keep",
   "                                      sessions together",
   "  --header <name: value>              header added to every request",
   "  --server-details <mode>             ask for worker ids and server timing (Dynamo) if a probe shows",
   "                                      they are given (default: \"auto\")",
   "",
   "Connections",
   "  --request-timeout <seconds>         longest time from dispatch to end (default: 1000)",
   "  --connect-timeout <seconds>         longest time to connect (default: 30)",
   "  --first-token-timeout <seconds>     longest time from sent to first token",
   "  --between-tokens-timeout <seconds>  longest time from token to token",
   "  --max-connections <count>           most sockets open at once (default: no limit)",
   "  --workers <count>                   threads that send and read (auto: by the planned load)",
   "                                      (default: \"auto\")",
   "  --api-key-env <variable>            environment variable that holds the API key",
   "  --api-key-file <file>               file that holds the API key",
   "  --ca <file>                         PEM file with the authorities to trust",
   "  --cert <file>                       PEM file with our certificate",
   "  --key <file>                        PEM file with its key",
   "  --insecure                          accept any certificate",
   "",
   "Before and after",
   "  --wait-for-model <seconds>          longest wait until the model is listed (default: 600)",
   "  --warm-up-requests <count>          requests before the replay, in no figure (default: 0)",
   "  --warm-up-concurrency <count>       warm-up requests at a time (default: 4)",
   "  --warm-up-input-length <tokens>     prompt tokens of a warm-up request (default: 10000)",
   "  --warm-up-output-length <tokens>    output tokens of a warm-up request (default: 200)",
   "  --drain <seconds>                   after an interrupt, longest wait for what is in flight",
   "                                      (default: 30)",
   "",
   "Results",
   "  --goodput <objectives>              objectives in ms that a good request keeps, as tag:limit pairs",
   "                                      (default: \"time_to_first_token:20000 inter_token_latency:50\")",
   "  --artifact-dir <directory>          directory for the runs (default: \"artifacts\")",
   "  --progress <mode>                   live line on a terminal, a line every 10 s elsewhere (default:",
   "                                      \"auto\")",
   "  --export <format>                   also write the files of another tool: aiperf",
   "  --no-fidelity-gate                  do not exit 5 when the run's own fidelity is invalid",
   "",
   "Metrics",
   "  --server-metrics <url>              Prometheus page to scrape every second, or \"off\" (default:",
   "                                      /metrics of each --url)",
   "",
   "Options:",
   "  --help-all                          display help with every flag",
   "  -h, --help                          display help for command",
   "",
   "Examples:",
   "  replay ab --trace trace.jsonl --a http://localhost:8000 --b http://localhost:8001 --repeat 3",
   "  replay ab --trace trace.jsonl.gz --limit 500 --repeat 5 \\",
   "    --a http://agg:8000 --a-name agg-round-robin --b http://disagg:8000 --b-name disagg-kv",
   ""
  ]
 },
 {
  "name": "mock",
  "arguments": [],
  "flags": [
   {
    "flags": "--port <port>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--model <name>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--mode <deployment>",
    "isHidden": false,
    "choices": [
     "aggregated-round-robin",
     "disaggregated-kv"
    ]
   },
   {
    "flags": "--prefix-cache <on|off>",
    "isHidden": false,
    "choices": [
     "on",
     "off"
    ]
   },
   {
    "flags": "--deployment <json>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--time-scale <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--ttft <ms>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--itl <ms>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--stream-interval <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--max-in-flight <requests>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--dialect <name>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--scenario <json>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--seed <number>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay mock [options]",
   "",
   "serve an OpenAI-compatible frontend: known times, or a modelled deployment",
   "",
   "Options:",
   "  --port <port>               port to listen on; 0 for any (default: 0)",
   "  --model <name>              name of the model it lists (default: \"mock-model\")",
   "  --mode <deployment>         model a deployment of the recipe (choices: \"aggregated-round-robin\",",
   "                              \"disaggregated-kv\")",
   "  --prefix-cache <on|off>     change whether it uses blocks again (choices: \"on\", \"off\")",
   "  --deployment <json>         change its other parameters",
   "  --time-scale <factor>       multiply every time: 0.1 is ten times as fast",
   "  --ttft <ms>                 time to the first token, without --mode",
   "  --itl <ms>                  time from token to token, without --mode",
   "  --stream-interval <tokens>  tokens a chunk",
   "  --max-in-flight <requests>  answer 529 to more",
   "  --dialect <name>            server whose wording it uses",
   "  --scenario <json>           faults",
   "  --seed <number>             of whatever is random about it",
   "  -h, --help                  display help for command",
   "",
   "Examples:",
   "  replay mock --port 8000 --ttft 50 --itl 10",
   "  replay mock --port 8000 --mode disaggregated-kv --time-scale 0.1",
   "  replay mock --port 8001 --mode aggregated-round-robin --prefix-cache on --time-scale 0.1",
   "  replay mock --mode aggregated-round-robin --deployment '{\"workers\":2,\"busyPrefillTokens\":100000}'",
   "  replay mock --scenario '[{\"every\":10,\"scenario\":{\"kind\":\"loses-worker\"}}]'",
   ""
  ],
  "helpAll": [
   "Usage: replay mock [options]",
   "",
   "serve an OpenAI-compatible frontend: known times, or a modelled deployment",
   "",
   "Options:",
   "  --port <port>               port to listen on; 0 for any (default: 0)",
   "  --model <name>              name of the model it lists (default: \"mock-model\")",
   "  --mode <deployment>         model a deployment of the recipe (choices: \"aggregated-round-robin\",",
   "                              \"disaggregated-kv\")",
   "  --prefix-cache <on|off>     change whether it uses blocks again (choices: \"on\", \"off\")",
   "  --deployment <json>         change its other parameters",
   "  --time-scale <factor>       multiply every time: 0.1 is ten times as fast",
   "  --ttft <ms>                 time to the first token, without --mode",
   "  --itl <ms>                  time from token to token, without --mode",
   "  --stream-interval <tokens>  tokens a chunk",
   "  --max-in-flight <requests>  answer 529 to more",
   "  --dialect <name>            server whose wording it uses",
   "  --scenario <json>           faults",
   "  --seed <number>             of whatever is random about it",
   "  --help-all                  display help with every flag",
   "  -h, --help                  display help for command",
   "",
   "Examples:",
   "  replay mock --port 8000 --ttft 50 --itl 10",
   "  replay mock --port 8000 --mode disaggregated-kv --time-scale 0.1",
   "  replay mock --port 8001 --mode aggregated-round-robin --prefix-cache on --time-scale 0.1",
   "  replay mock --mode aggregated-round-robin --deployment '{\"workers\":2,\"busyPrefillTokens\":100000}'",
   "  replay mock --scenario '[{\"every\":10,\"scenario\":{\"kind\":\"loses-worker\"}}]'",
   ""
  ]
 },
 {
  "name": "trace",
  "arguments": [],
  "flags": [],
  "help": [
   "Usage: replay trace [options] [command]",
   "",
   "make, look at, check and change traces",
   "",
   "Options:",
   "  -h, --help                  display help for command",
   "",
   "Commands:",
   "  synthesize [options]        make a trace that resembles another, as Dynamo's datagen does",
   "  analyze [options] <file>    statistics of a trace: lengths, arrivals, sharing, caches, routers",
   "  validate [options] <file>   every problem of a trace; exit code 2 if there is one",
   "  transform [options] <file>  select rows (window, then limit, then shard), cut lengths, change ids",
   "                              and speed",
   "",
   "Examples:",
   "  replay trace synthesize --input-file conversation_trace.jsonl --prefix-len-multiplier 16 \\",
   "    --prompt-len-multiplier 10 --max-isl 110000 --num-requests 10000",
   "  replay trace analyze conversation_trace.jsonl --workers 8 --bytes-per-token 70000",
   "  replay trace validate trace.jsonl --fix mended.jsonl",
   "  replay trace transform trace.jsonl --limit 1000 --to-block-size 64 --output-file short.jsonl",
   ""
  ],
  "helpAll": [
   "Usage: replay trace [options] [command]",
   "",
   "make, look at, check and change traces",
   "",
   "Options:",
   "  -h, --help                  display help for command",
   "",
   "Commands:",
   "  synthesize [options]        make a trace that resembles another, as Dynamo's datagen does",
   "  analyze [options] <file>    statistics of a trace: lengths, arrivals, sharing, caches, routers",
   "  validate [options] <file>   every problem of a trace; exit code 2 if there is one",
   "  transform [options] <file>  select rows (window, then limit, then shard), cut lengths, change ids",
   "                              and speed",
   "",
   "Examples:",
   "  replay trace synthesize --input-file conversation_trace.jsonl --prefix-len-multiplier 16 \\",
   "    --prompt-len-multiplier 10 --max-isl 110000 --num-requests 10000",
   "  replay trace analyze conversation_trace.jsonl --workers 8 --bytes-per-token 70000",
   "  replay trace validate trace.jsonl --fix mended.jsonl",
   "  replay trace transform trace.jsonl --limit 1000 --to-block-size 64 --output-file short.jsonl",
   ""
  ]
 },
 {
  "name": "trace synthesize",
  "arguments": [],
  "flags": [
   {
    "flags": "--input-file <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--output-file <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--force",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--num-requests <count>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--prefix-len-multiplier <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--prefix-root-multiplier <count>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--prompt-len-multiplier <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--osl-multiplier <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--max-isl <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--min-isl <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--max-osl <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--min-osl <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--speedup-ratio <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--block-size <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--time-unit <unit>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--seed <number>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--max-rejections <count>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--compat <era>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay trace synthesize [options]",
   "",
   "make a trace that resembles another, as Dynamo's datagen does",
   "",
   "Options:",
   "  --input-file <file>               trace to learn from: .jsonl, .jsonl.gz, or - for standard input",
   "                                    (default: \"mooncake_trace.jsonl\")",
   "  --output-file <file>              trace to write, - for standard output (default: datagen's name",
   "                                    beside the source)",
   "  --force                           replace an output file of another content",
   "  --num-requests <count>            requests to make (default: 100000)",
   "  --prefix-len-multiplier <factor>  multiply the length of every shared prefix (default: 1)",
   "  --prefix-root-multiplier <count>  spread the requests over so many copies of the prefix tree",
   "                                    (default: 1)",
   "  --prompt-len-multiplier <factor>  multiply the length, in blocks, of every unique prompt (default:",
   "                                    1)",
   "  --osl-multiplier <factor>         multiply every output length (default: 1)",
   "  --max-isl <tokens>                drop requests with a longer input, tokens",
   "  --min-isl <tokens>                drop requests with a shorter input, tokens",
   "  --max-osl <tokens>                cut longer outputs to this, tokens",
   "  --min-osl <tokens>                raise shorter outputs to this, tokens",
   "  --speedup-ratio <factor>          divide the gaps between bursts by this (default: 1)",
   "  --block-size <tokens>             prompt tokens that one hash id names (default: 512)",
   "  --time-unit <unit>                unit of the trace's timestamps (default: ms, refused where they",
   "                                    look otherwise)",
   "  --seed <number>                   seed of the random numbers (default: 0)",
   "  --max-rejections <count>          give up after so many requests in a row outside the input",
   "                                    lengths (default: 10000)",
   "  --compat <era>                    datagen's era: that of the recipe's trace, or since September",
   "                                    2026 (default: \"new\")",
   "  -h, --help                        display help for command",
   ""
  ],
  "helpAll": [
   "Usage: replay trace synthesize [options]",
   "",
   "make a trace that resembles another, as Dynamo's datagen does",
   "",
   "Options:",
   "  --input-file <file>               trace to learn from: .jsonl, .jsonl.gz, or - for standard input",
   "                                    (default: \"mooncake_trace.jsonl\")",
   "  --output-file <file>              trace to write, - for standard output (default: datagen's name",
   "                                    beside the source)",
   "  --force                           replace an output file of another content",
   "  --num-requests <count>            requests to make (default: 100000)",
   "  --prefix-len-multiplier <factor>  multiply the length of every shared prefix (default: 1)",
   "  --prefix-root-multiplier <count>  spread the requests over so many copies of the prefix tree",
   "                                    (default: 1)",
   "  --prompt-len-multiplier <factor>  multiply the length, in blocks, of every unique prompt (default:",
   "                                    1)",
   "  --osl-multiplier <factor>         multiply every output length (default: 1)",
   "  --max-isl <tokens>                drop requests with a longer input, tokens",
   "  --min-isl <tokens>                drop requests with a shorter input, tokens",
   "  --max-osl <tokens>                cut longer outputs to this, tokens",
   "  --min-osl <tokens>                raise shorter outputs to this, tokens",
   "  --speedup-ratio <factor>          divide the gaps between bursts by this (default: 1)",
   "  --block-size <tokens>             prompt tokens that one hash id names (default: 512)",
   "  --time-unit <unit>                unit of the trace's timestamps (default: ms, refused where they",
   "                                    look otherwise)",
   "  --seed <number>                   seed of the random numbers (default: 0)",
   "  --max-rejections <count>          give up after so many requests in a row outside the input",
   "                                    lengths (default: 10000)",
   "  --compat <era>                    datagen's era: that of the recipe's trace, or since September",
   "                                    2026 (default: \"new\")",
   "  --help-all                        display help with every flag",
   "  -h, --help                        display help for command",
   ""
  ]
 },
 {
  "name": "trace analyze",
  "arguments": [
   "<file>"
  ],
  "flags": [
   {
    "flags": "--block-size <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--time-unit <unit>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--workers <count>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--cache-tokens <sizes>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--bytes-per-token <bytes>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--json",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay trace analyze [options] <file>",
   "",
   "statistics of a trace: lengths, arrivals, sharing, caches, routers",
   "",
   "Arguments:",
   "  file                       trace: .jsonl, .jsonl.gz, or - for standard input",
   "",
   "Options:",
   "  --block-size <tokens>      prompt tokens that one hash id names (default: 512)",
   "  --time-unit <unit>         unit of the trace's timestamps (default: ms, refused where they look",
   "                             otherwise)",
   "  --workers <count>          workers of the comparison of routers (default: 4)",
   "  --cache-tokens <sizes>     cache sizes to look at, such as 1e6,4e6 (default: doubling up to the",
   "                             whole trace)",
   "  --bytes-per-token <bytes>  size of a token's keys and values: adds gigabytes",
   "  --json                     print JSON",
   "  -h, --help                 display help for command",
   ""
  ],
  "helpAll": [
   "Usage: replay trace analyze [options] <file>",
   "",
   "statistics of a trace: lengths, arrivals, sharing, caches, routers",
   "",
   "Arguments:",
   "  file                       trace: .jsonl, .jsonl.gz, or - for standard input",
   "",
   "Options:",
   "  --block-size <tokens>      prompt tokens that one hash id names (default: 512)",
   "  --time-unit <unit>         unit of the trace's timestamps (default: ms, refused where they look",
   "                             otherwise)",
   "  --workers <count>          workers of the comparison of routers (default: 4)",
   "  --cache-tokens <sizes>     cache sizes to look at, such as 1e6,4e6 (default: doubling up to the",
   "                             whole trace)",
   "  --bytes-per-token <bytes>  size of a token's keys and values: adds gigabytes",
   "  --json                     print JSON",
   "  --help-all                 display help with every flag",
   "  -h, --help                 display help for command",
   ""
  ]
 },
 {
  "name": "trace validate",
  "arguments": [
   "<file>"
  ],
  "flags": [
   {
    "flags": "--block-size <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--time-unit <unit>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--fix <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--force",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--json",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay trace validate [options] <file>",
   "",
   "every problem of a trace; exit code 2 if there is one",
   "",
   "Arguments:",
   "  file                   trace: .jsonl, .jsonl.gz, or - for standard input",
   "",
   "Options:",
   "  --block-size <tokens>  prompt tokens that one hash id names (default: 512)",
   "  --time-unit <unit>     unit of the trace's timestamps (default: ms, refused where they look",
   "                         otherwise)",
   "  --fix <file>           write a trace with all that can be mended",
   "  --force                replace an output file of another content",
   "  --json                 print JSON",
   "  -h, --help             display help for command",
   ""
  ],
  "helpAll": [
   "Usage: replay trace validate [options] <file>",
   "",
   "every problem of a trace; exit code 2 if there is one",
   "",
   "Arguments:",
   "  file                   trace: .jsonl, .jsonl.gz, or - for standard input",
   "",
   "Options:",
   "  --block-size <tokens>  prompt tokens that one hash id names (default: 512)",
   "  --time-unit <unit>     unit of the trace's timestamps (default: ms, refused where they look",
   "                         otherwise)",
   "  --fix <file>           write a trace with all that can be mended",
   "  --force                replace an output file of another content",
   "  --json                 print JSON",
   "  --help-all             display help with every flag",
   "  -h, --help             display help for command",
   ""
  ]
 },
 {
  "name": "trace transform",
  "arguments": [
   "<file>"
  ],
  "flags": [
   {
    "flags": "--output-file <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--force",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--block-size <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--time-unit <unit>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--start-offset <ms>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--end-offset <ms>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--limit <rows>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--shard <i/n>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--max-isl <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--max-osl <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--to-block-size <tokens>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--renumber-ids",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--speedup <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay trace transform [options] <file>",
   "",
   "select rows (window, then limit, then shard), cut lengths, change ids and speed",
   "",
   "Arguments:",
   "  file                      trace: .jsonl, .jsonl.gz, or - for standard input",
   "",
   "Options:",
   "  --output-file <file>      trace to write, - for standard output (default: \"-\")",
   "  --force                   replace an output file of another content",
   "  --block-size <tokens>     prompt tokens that one hash id names (default: 512)",
   "  --time-unit <unit>        unit of the trace's timestamps (default: ms, refused where they look",
   "                            otherwise)",
   "  --start-offset <ms>       leave out rows with an earlier timestamp",
   "  --end-offset <ms>         leave out rows with a later timestamp",
   "  --limit <rows>            keep at most so many rows",
   "  --shard <i/n>             keep every n-th row from row i on, i from 0",
   "  --max-isl <tokens>        cut the end off longer inputs",
   "  --max-osl <tokens>        cut longer outputs",
   "  --to-block-size <tokens>  cut blocks into smaller ones, exactly",
   "  --renumber-ids            number the block ids 0, 1, 2, … by first sight",
   "  --speedup <factor>        divide the timestamps by this",
   "  -h, --help                display help for command",
   ""
  ],
  "helpAll": [
   "Usage: replay trace transform [options] <file>",
   "",
   "select rows (window, then limit, then shard), cut lengths, change ids and speed",
   "",
   "Arguments:",
   "  file                      trace: .jsonl, .jsonl.gz, or - for standard input",
   "",
   "Options:",
   "  --output-file <file>      trace to write, - for standard output (default: \"-\")",
   "  --force                   replace an output file of another content",
   "  --block-size <tokens>     prompt tokens that one hash id names (default: 512)",
   "  --time-unit <unit>        unit of the trace's timestamps (default: ms, refused where they look",
   "                            otherwise)",
   "  --start-offset <ms>       leave out rows with an earlier timestamp",
   "  --end-offset <ms>         leave out rows with a later timestamp",
   "  --limit <rows>            keep at most so many rows",
   "  --shard <i/n>             keep every n-th row from row i on, i from 0",
   "  --max-isl <tokens>        cut the end off longer inputs",
   "  --max-osl <tokens>        cut longer outputs",
   "  --to-block-size <tokens>  cut blocks into smaller ones, exactly",
   "  --renumber-ids            number the block ids 0, 1, 2, … by first sight",
   "  --speedup <factor>        divide the timestamps by this",
   "  --help-all                display help with every flag",
   "  -h, --help                display help for command",
   ""
  ]
 },
 {
  "name": "demo",
  "arguments": [],
  "flags": [
   {
    "flags": "--time-scale <factor>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--repeat <count>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--prefix-cache <on|off>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--json",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--markdown",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--trace <file>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--limit <rows>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--artifact-dir <directory>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--progress <mode>",
    "isHidden": false,
    "choices": []
   },
   {
    "flags": "--help-all",
    "isHidden": true,
    "choices": []
   }
  ],
  "help": [
   "Usage: replay demo [options]",
   "",
   "the recipe's experiment on models of its two deployments; brings a trace of its own",
   "",
   "Options:",
   "  --time-scale <factor>       multiply every time: 0.05 is twenty times as fast as life (default:",
   "                              0.05)",
   "  --repeat <count>            runs of each deployment (default: 3)",
   "  --prefix-cache <on|off>     of the aggregated deployment, whether it uses blocks again (default:",
   "                              \"off\")",
   "  --json                      print comparison.json (default: false)",
   "  --markdown                  print Markdown (default: false)",
   "  -h, --help                  display help for command",
   "",
   "Trace and target",
   "  --trace <file>              trace to replay: .jsonl, .jsonl.gz, or - for standard input",
   "",
   "Schedule",
   "  --limit <rows>              replay at most so many rows",
   "",
   "Results",
   "  --artifact-dir <directory>  directory for the runs (default: \"artifacts\")",
   "  --progress <mode>           live line on a terminal, a line every 10 s elsewhere (default: \"auto\")",
   ""
  ],
  "helpAll": [
   "Usage: replay demo [options]",
   "",
   "the recipe's experiment on models of its two deployments; brings a trace of its own",
   "",
   "Options:",
   "  --time-scale <factor>       multiply every time: 0.05 is twenty times as fast as life (default:",
   "                              0.05)",
   "  --repeat <count>            runs of each deployment (default: 3)",
   "  --prefix-cache <on|off>     of the aggregated deployment, whether it uses blocks again (default:",
   "                              \"off\")",
   "  --json                      print comparison.json (default: false)",
   "  --markdown                  print Markdown (default: false)",
   "  --help-all                  display help with every flag",
   "  -h, --help                  display help for command",
   "",
   "Trace and target",
   "  --trace <file>              trace to replay: .jsonl, .jsonl.gz, or - for standard input",
   "",
   "Schedule",
   "  --limit <rows>              replay at most so many rows",
   "",
   "Results",
   "  --artifact-dir <directory>  directory for the runs (default: \"artifacts\")",
   "  --progress <mode>           live line on a terminal, a line every 10 s elsewhere (default: \"auto\")",
   ""
  ]
 }
];
