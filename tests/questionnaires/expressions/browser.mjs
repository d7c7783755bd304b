// Answers, as the browser does, each line { "expression", "context" } with { "value" } or { "error": [code, position] }.
import { createInterface } from "node:readline";
import { evaluate, ExpressionError, references } from "../../../src/kiif/questionnaires/static/questionnaires/expressions.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { expression, context } = JSON.parse(line);
  let answer;
  try {
    answer = { value: evaluate(expression, context), references: references(expression) };
  } catch (error) {
    answer = error instanceof ExpressionError ? { error: [error.code, error.position] } : { crash: String(error.stack) };
  }
  console.log(JSON.stringify(answer));
}
