// Every page in German.
import { describePages } from "../support/describe-pages.ts";

describePages("de");
