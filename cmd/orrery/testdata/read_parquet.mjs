// Prints the frames of a LeRobot dataset twice: as hyparquet and as DuckDB read them.
import { readdir } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";

const dir = process.argv[2];
const list = (v) => (v === null || typeof v !== "object" ? [v] : [...(v.items ?? v)]);
const number = (v) => (typeof v === "bigint" || typeof v === "boolean" ? Number(v) : v);
const plain = (row) => Object.fromEntries(Object.entries(row).map(([name, v]) => [name, list(v).map(number)]));

const hyparquet = [];
for (const chunk of (await readdir(`${dir}/data`)).sort()) {
  for (const file of (await readdir(`${dir}/data/${chunk}`)).sort()) {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(`${dir}/data/${chunk}/${file}`) });
    hyparquet.push(...rows.map(plain));
  }
}

const connection = await (await DuckDBInstance.create(":memory:")).connect();
const result = await connection.runAndReadAll(`SELECT * FROM read_parquet('${dir}/data/*/*.parquet') ORDER BY "index"`);
console.log(JSON.stringify({ hyparquet, duckdb: result.getRowObjects().map(plain) }));
