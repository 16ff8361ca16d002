// Lets DuckDB write the tables of a LeRobot dataset again, and prints their names.
import { readdir, rename } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";

const dir = process.argv[2];
const connection = await (await DuckDBInstance.create(":memory:")).connect();
const tables = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".parquet"));
for (const name of tables) {
  const path = `${dir}/${name}`;
  await connection.run(`COPY (SELECT * FROM read_parquet('${path}')) TO '${path}.new' (FORMAT parquet)`);
  await rename(`${path}.new`, path);
}
console.log(JSON.stringify(tables));
