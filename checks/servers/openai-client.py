# Talks to an OpenAI-compatible server with openai-python, and prints what it saw as JSON.
import json
import sys

import openai

url, model = sys.argv[1:3]
client = openai.OpenAI(base_url=url, api_key="none", max_retries=0)
chat = dict(model=model, messages=[{"role": "user", "content": "hello there my friend"}])


def streamed(**more):
    text, reason, usage = 0, None, None
    for chunk in client.chat.completions.create(**chat, stream=True, **more):
        for choice in chunk.choices:
            text += bool(choice.delta.content)
            reason = reason or choice.finish_reason
        usage = chunk.usage or usage
    return {"text": text, "reason": reason, "tokens": usage and usage.completion_tokens}


def whole(answer):
    return {"reason": answer.choices[0].finish_reason, "tokens": answer.usage.completion_tokens}


def refused(call):
    try:
        call()
    except openai.APIStatusError as error:
        return {"status": error.status_code, "error": type(error).__name__}
    return "taken"


print(json.dumps({
    "models": [each.id for each in client.models.list()],
    "model": client.models.retrieve(model).id,
    "no such model": refused(lambda: client.models.retrieve("nope")),
    "stream": streamed(max_tokens=8, stream_options={"include_usage": True}),
    "max_completion_tokens": streamed(max_completion_tokens=8),
    "no maximum": streamed(stream_options={"include_usage": True}),
    "whole": whole(client.chat.completions.create(**chat, max_tokens=6)),
    "whole, no maximum": whole(client.chat.completions.create(**chat)),
    "completions": whole(client.completions.create(model=model, prompt="hello there", max_tokens=6)),
    "token ids": client.completions.create(model=model, prompt=[1, 2, 3], max_tokens=3).usage.prompt_tokens,
    "wrong model": refused(lambda: client.chat.completions.create(**{**chat, "model": "nope"}, max_tokens=3)),
}))
