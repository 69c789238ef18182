// The committed snapshot is what the entities say: a change of an entity without a migration fails here.
import { MikroORM } from "@mikro-orm/postgresql";
import { ENTITIES } from "../entities.ts";
import { ormOptions } from "./orm.ts";

async function differs(entities: typeof ENTITIES): Promise<boolean> {
  const orm = new MikroORM(ormOptions("mosaic", entities));
  try {
    return await orm.migrator.checkSchema();
  } finally {
    await orm.close();
  }
}

test("entities and snapshot agree", async () => {
  expect(await differs(ENTITIES)).toBe(false);
});

test("a table that only one of them has is noticed", async () => {
  expect(await differs(ENTITIES.slice(1))).toBe(true);
});
