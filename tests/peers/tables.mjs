// The official JavaScript client of Table Storage, as a peer of ours. Values go in and out as { type, value }, so that none is lost between languages.
//   node tables.mjs rows <connection string> <table> [filter]         prints the rows
//   node tables.mjs put <connection string> <table> <rows as JSON>    writes rows, each by its own request
//   node tables.mjs copy <connection string> <table> <from> <to>      copies a partition in transactions of 100
import { TableClient } from "@azure/data-tables";

const [command, connectionString, table, ...rest] = process.argv.slice(2);
const client = TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });

const read = async (filter) => {
  const rows = [];
  for await (const row of client.listEntities({ disableTypeConversion: true, queryOptions: { filter } })) rows.push(row);
  return rows;
};

// What the service says of a row is not part of it.
const bare = ({ etag, timestamp, "odata.metadata": metadata, ...row }) => row;

switch (command) {
  case "rows":
    console.log(JSON.stringify(await read(rest[0]), (_, value) => (typeof value === "bigint" ? value.toString() : value)));
    break;
  case "put":
    for (const row of JSON.parse(rest[0])) await client.createEntity(row);
    break;
  case "copy": {
    const [from, to] = rest;
    const rows = (await read(`PartitionKey eq '${from}'`)).map((row) => ({ ...bare(row), partitionKey: to }));
    for (let at = 0; at < rows.length; at += 100)
      await client.submitTransaction(rows.slice(at, at + 100).map((row) => ["create", row]));
    console.log(rows.length);
    break;
  }
  default:
    throw new Error(`There is no command ${command}.`);
}
