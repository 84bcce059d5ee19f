// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target: messages between frrd and frrd-io.
 *
 * Whatever the bytes are, decoding ends and stays within them. What it accepts has
 * every value in range, so that encoding it again gives the same bytes.
 */

#include <stdlib.h>
#include <string.h>

#include "frrd_ipc.h"
#include "tests/fuzz/fuzz.h"

static struct frrd_ipc_message message;
static struct frrd_ipc_buffer buffer;

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void put_results(void)
{
	struct frrd_ipc_message reading = message;
	struct frrd_ipc_result result;
	uint32_t count = 0;

	frrd_ipc_begin_results(&buffer);
	while (frrd_ipc_next_result(&reading, &result)) {
		must(frrd_ipc_add_result(&buffer, &result));
		count++;
	}
	must(count && count == message.results.count);
}

static bool put(void)
{
	switch (message.type) {
	case FRRD_IPC_HELLO:
		return frrd_ipc_put_hello(&buffer, &message.hello);
	case FRRD_IPC_PROBE_SET:
		return frrd_ipc_put_probe(&buffer, &message.probe);
	case FRRD_IPC_PROBE_DEL:
		return frrd_ipc_put_probe_del(&buffer, message.probe.id);
	case FRRD_IPC_RESULTS:
		put_results();
		return true;
	case FRRD_IPC_RUN:
		return frrd_ipc_put_run(&buffer, &message.run);
	case FRRD_IPC_RUN_KILL:
		return frrd_ipc_put_run_kill(&buffer, message.run.id);
	case FRRD_IPC_RUN_DONE:
		return frrd_ipc_put_done(&buffer, &message.done);
	case FRRD_IPC_PING:
	case FRRD_IPC_PONG:
		return frrd_ipc_put_number(&buffer, message.type, message.number);
	case FRRD_IPC_LOG:
		return frrd_ipc_put_log(&buffer, message.log.priority, message.log.text);
	case FRRD_IPC_TYPES:
		break;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of just this size: what reads past its end is seen. */
	uint8_t *copy = malloc(size ? size : 1);

	must(copy);
	if (size)
		memcpy(copy, data, size);
	if (!frrd_ipc_decode(copy, size, &message)) {
		must(put());
		must(buffer.length == size && !memcmp(buffer.data, copy, size));
	}
	free(copy);
	return 0;
}
