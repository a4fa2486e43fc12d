// Usage: node conformance.mjs CONNECTION_STRING        prints `ok NAME` or `FAILED NAME: WHY` for each check; exit code 1 if one failed
// The queues are those of LocalBus.cs: plain (three deliveries), deduplicated, expiring. They must be empty.
import { ServiceBusClient, delay } from "@azure/service-bus";
import assert from "node:assert/strict";

const client = new ServiceBusClient(process.argv[2], { retryOptions: { maxRetries: 0 } });
const wait = { maxWaitTimeInMs: 20_000 };
const later = () => new Date(Date.now() + 24 * 3600_000);
let failed = 0;

async function check(name, run, queue = "plain") {
  const sender = client.createSender(queue);
  const receiver = client.createReceiver(queue);
  const dead = client.createReceiver(queue, { subQueueType: "deadLetter" });
  const one = async (from = receiver) => {
    const [message] = await from.receiveMessages(1, wait);
    assert.ok(message, "nothing was received");
    return message;
  };
  try {
    await run({ sender, receiver, dead, one });
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}: ${String(error?.stack ?? error).replaceAll("\n", " | ")}`);
  }
  for (const link of [sender, receiver, dead]) await link.close();
}

const code = async (promise) => promise.then(() => "none", (error) => error.code ?? error.name);

await check("send, receive, complete", async ({ sender, receiver, one }) => {
  await sender.sendMessages({ body: { a: 1 }, messageId: "m1", subject: "s", correlationId: "c", contentType: "application/json" });
  const message = await one();
  assert.deepEqual(
    [message.body, message.messageId, message.subject, message.correlationId, message.contentType, message.deliveryCount, message.state],
    [{ a: 1 }, "m1", "s", "c", "application/json", 0, "active"]);
  assert.ok(message.lockToken && message.lockedUntilUtc && message.enqueuedTimeUtc && message.sequenceNumber);
  await receiver.completeMessage(message);
  assert.deepEqual(await receiver.peekMessages(1, { fromSequenceNumber: message.sequenceNumber }), []);
});

await check("a message without an id gets one and can be settled", async ({ sender, receiver, one }) => {
  await sender.sendMessages({ body: "x" });
  const message = await one();
  assert.ok(message.messageId);
  await receiver.completeMessage(message);
});

await check("batch", async ({ sender, receiver }) => {
  const batch = await sender.createMessageBatch();
  assert.equal(batch.maxSizeInBytes, 262144);
  for (let i = 0; i < 20; i++) assert.ok(batch.tryAddMessage({ body: i }));
  await sender.sendMessages(batch);
  const got = [];
  while (got.length < 20) got.push(...(await receiver.receiveMessages(20 - got.length, wait)));
  assert.deepEqual(got.map((message) => message.body), [...Array(20).keys()]);
  for (const message of got) await receiver.completeMessage(message);
});

await check("application properties keep their types", async ({ sender, receiver, one }) => {
  const properties = { text: "文", yes: true, whole: 7, broken: 0.5 };
  await sender.sendMessages({ body: "x", applicationProperties: { ...properties, when: new Date(1_772_442_000_123) } });
  const message = await one();
  // The client itself gives an instant back as its milliseconds.
  assert.deepEqual({ ...message.applicationProperties }, { ...properties, when: 1_772_442_000_123 });
  await receiver.completeMessage(message);
});

await check("a body of 200 KB over several frames", async ({ sender, receiver, one }) => {
  await sender.sendMessages({ body: Buffer.alloc(200 * 1024, 7) });
  const message = await one();
  assert.ok(Buffer.alloc(200 * 1024, 7).equals(message.body));
  await receiver.completeMessage(message);
});

await check("over-size is refused", async ({ sender }) => {
  assert.equal(await code(sender.sendMessages({ body: Buffer.alloc(300 * 1024) })), "MessageSizeExceeded");
});

await check("schedule and cancel", async ({ sender, receiver }) => {
  const [number] = await sender.scheduleMessages({ body: "later" }, later());
  const [peeked] = await receiver.peekMessages(1, { fromSequenceNumber: number });
  assert.deepEqual([peeked.body, peeked.state], ["later", "scheduled"]);
  await sender.cancelScheduledMessages(number);
  assert.deepEqual(await receiver.peekMessages(1, { fromSequenceNumber: number }), []);
  assert.equal(await code(sender.cancelScheduledMessages(number)), "MessageNotFound");
});

await check("abandon with properties raises the delivery count", async ({ sender, receiver, one }) => {
  await sender.sendMessages({ body: "x" });
  await receiver.abandonMessage(await one(), { why: "busy" });
  const again = await one();
  assert.deepEqual([again.deliveryCount, again.applicationProperties.why], [1, "busy"]);
  await receiver.completeMessage(again);
});

await check("defer and receive deferred", async ({ sender, receiver, one }) => {
  await sender.sendMessages({ body: "x" });
  const message = await one();
  await receiver.deferMessage(message, { step: 2 });
  const [again] = await receiver.receiveDeferredMessages(message.sequenceNumber);
  assert.deepEqual([again.state, again.applicationProperties.step], ["deferred", 2]);
  await receiver.completeMessage(again);
});

await check("dead-letter and its queue", async ({ sender, receiver, dead, one }) => {
  await sender.sendMessages({ body: "x" });
  await receiver.deadLetterMessage(await one(), { deadLetterReason: "r", deadLetterErrorDescription: "d", extra: 1 });
  const message = await one(dead);
  assert.deepEqual([message.deadLetterReason, message.deadLetterErrorDescription, message.applicationProperties.extra], ["r", "d", 1]);
  await dead.completeMessage(message);
});

await check("the last delivery dead-letters", async ({ sender, receiver, dead, one }) => {
  await sender.sendMessages({ body: "poison" });
  for (let i = 0; i < 3; i++) await receiver.abandonMessage(await one());
  const message = await one(dead);
  assert.equal(message.deadLetterReason, "MaxDeliveryCountExceeded");
  await dead.completeMessage(message);
});

await check("renew a lock", async ({ sender, receiver, one }) => {
  await sender.sendMessages({ body: "x" });
  const message = await one();
  const until = message.lockedUntilUtc;
  assert.ok((await receiver.renewMessageLock(message)) >= until);
  await receiver.completeMessage(message);
});

await check("a settled message cannot be settled again", async ({ sender, receiver, one }) => {
  await sender.sendMessages({ body: "x" });
  const message = await one();
  await receiver.completeMessage(message);
  assert.notEqual(await code(receiver.completeMessage(message)), "none");
});

await check("settle over the management link", async ({ sender, receiver, one }) => {
  await sender.sendMessages({ body: "x" });
  const first = client.createReceiver("plain");
  const message = await one(first);
  await first.close();
  // The client has no link of its own for it any more, and asks the management node.
  await receiver.completeMessage(message);
  assert.deepEqual(await receiver.peekMessages(1, { fromSequenceNumber: message.sequenceNumber }), []);
});

await check("receive and delete", async ({ sender }) => {
  const receiver = client.createReceiver("deleting", { receiveMode: "receiveAndDelete" });
  const to = client.createSender("deleting");
  await to.sendMessages([{ body: 1 }, { body: 2 }]);
  const got = [];
  while (got.length < 2) got.push(...(await receiver.receiveMessages(2, wait)));
  assert.deepEqual(got.map((message) => message.body), [1, 2]);
  assert.deepEqual(await receiver.peekMessages(1, { fromSequenceNumber: got[0].sequenceNumber }), []);
  await receiver.close();
  await to.close();
});

await check("duplicates are dropped", async ({ sender, receiver, one }) => {
  for (const body of ["first", "second"]) await sender.sendMessages({ body, messageId: "same" });
  const message = await one();
  assert.equal(message.body, "first");
  await receiver.completeMessage(message);
  assert.deepEqual(await receiver.peekMessages(1, { fromSequenceNumber: message.sequenceNumber }), []);
}, "deduplicated");

await check("an empty queue is told at once where credit is drained", async ({ receiver }) => {
  assert.deepEqual(await receiver.receiveMessages(5, { maxWaitTimeInMs: 200 }), []);
}, "expiring");

await check("subscribe: a pump with several calls at once", async ({ sender, receiver }) => {
  await sender.sendMessages([...Array(12).keys()].map((i) => ({ body: i })));
  const got = new Set();
  await new Promise((resolve, reject) => {
    receiver.subscribe(
      {
        processMessage: async (message) => {
          got.add(message.body);
          if (got.size === 12) resolve();
        },
        processError: async (args) => reject(args.error),
      },
      { maxConcurrentCalls: 4 });
    delay(20_000).then(() => reject(new Error(`${got.size} of 12`)));
  });
}, "expiring");

await check("an unknown queue is not found", async () => {
  const sender = client.createSender("no-such");
  assert.equal(await code(sender.sendMessages({ body: 1 })), "MessagingEntityNotFound");
  await sender.close();
});

await check("sessions and subscriptions are refused", async () => {
  assert.notEqual(await code(client.acceptSession("plain", "s")), "none");
  const receiver = client.createReceiver("topic", "subscription");
  assert.equal(await code(receiver.peekMessages(1)), "MessagingEntityNotFound");
  await receiver.close();
});

await client.close();
process.exit(failed ? 1 : 0);
