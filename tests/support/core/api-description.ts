// What tests read of the description of the api. All the rest of it stays as it is.
import { z } from "zod";

const operationSchema = z.looseObject({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z.array(z.looseObject({ name: z.string() })).optional(),
  "x-audit": z.unknown().optional(),
});
export type DescribedOperation = z.infer<typeof operationSchema>;

const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) });
export type ApiDescription = z.infer<typeof documentSchema>;

export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: DescribedOperation;
}

export function parseDescription(document: unknown): ApiDescription {
  return documentSchema.parse(document);
}

export function routesOf({ paths }: ApiDescription): readonly DescribedRoute[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}
