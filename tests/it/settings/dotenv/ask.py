"""Reads a JSON list of texts, and prints what python-dotenv reads in each as a file."""

import json
import sys
import tempfile

from dotenv.main import DotEnv

answers = []
for text in json.load(sys.stdin):
    with tempfile.NamedTemporaryFile() as file:
        file.write(text.encode("utf-8"))
        file.flush()
        # As load_dotenv() has it: the environment has precedence.
        read = DotEnv(file.name, encoding="utf-8", override=False).dict()
    answers.append({name: value for name, value in read.items() if value is not None})
json.dump(answers, sys.stdout)
