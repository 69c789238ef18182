// Express without what would tell about us or guess at types.
import express, { type Express } from "express";

export function bareApp(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.set("query parser", "simple");
  return app;
}
