import { xlsxOf as paperOf } from "./reports/xlsx";
import { xlsxOf as listOf } from "./sheets/xlsx";
import { answerQuestions } from "./thread";

const answers = { list: listOf, paper: paperOf };

export type SheetAnswers = typeof answers;

answerQuestions(answers);
