// Every page in German.
import { describePages } from "../../support/browser/describe-pages.ts";

describePages("de");
