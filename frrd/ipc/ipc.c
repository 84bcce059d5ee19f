// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The codec of the messages between frrd and frrd-io; see frrd_ipc.h.
 *
 * A message is a header (magic u32, version u16, type u16) and the fields of its
 * structure, one after the other, little-endian, without padding. A string is its
 * length (u16, without the terminating zero), its bytes and a zero, so that what is
 * decoded may point into the message. Encoding and decoding go through the same
 * checks, and both stop at the first fault: a reader that has failed yields zeros.
 */

#include <arpa/inet.h>
#include <string.h>

#include "frrd_ipc.h"

#define HEADER 8

/* --- writing ------------------------------------------------------------------ */

static bool put_bytes(struct frrd_ipc_buffer *buffer, const void *data, size_t length)
{
	if (length > sizeof(buffer->data) - buffer->length)
		return false;
	if (length)
		memcpy(buffer->data + buffer->length, data, length);
	buffer->length += length;
	return true;
}

static bool put_uint(struct frrd_ipc_buffer *buffer, uint64_t value, size_t size)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	return put_bytes(buffer, bytes, size);
}

static bool put_string(struct frrd_ipc_buffer *buffer, const char *string, size_t room)
{
	size_t length = strnlen(string, room);

	return length < room && put_uint(buffer, length, 2) &&
	       put_bytes(buffer, string, length + 1);
}

static void begin(struct frrd_ipc_buffer *buffer, enum frrd_ipc_type type)
{
	buffer->length = 0;
	put_uint(buffer, FRRD_IPC_MAGIC, 4);
	put_uint(buffer, FRRD_IPC_VERSION, 2);
	put_uint(buffer, type, 2);
}

/*
 * The checks are in the decoder, so what was written is read back: what cannot be
 * decoded is not sent.
 */
static bool finish(struct frrd_ipc_buffer *buffer, bool complete)
{
	struct frrd_ipc_message message;

	if (complete && !frrd_ipc_decode(buffer->data, buffer->length, &message))
		return true;
	buffer->length = 0;
	return false;
}

/* --- reading ------------------------------------------------------------------ */

struct reader {
	const uint8_t *next, *end;
	const char *fault; /* the first */
};

static bool fail(struct reader *reader, const char *fault)
{
	if (!reader->fault)
		reader->fault = fault;
	reader->next = reader->end;
	return false;
}

static uint64_t get_uint(struct reader *reader, size_t size)
{
	uint64_t value = 0;

	if ((size_t)(reader->end - reader->next) < size) {
		fail(reader, "the message is too short");
		return 0;
	}
	for (size_t i = 0; i < size; i++)
		value |= (uint64_t)reader->next[i] << (8 * i);
	reader->next += size;
	return value;
}

static uint32_t get_range(struct reader *reader, size_t size, uint64_t least, uint64_t most,
			  const char *fault)
{
	uint64_t value = get_uint(reader, size);

	if (value < least || value > most) {
		fail(reader, fault);
		return 0;
	}
	return (uint32_t)value;
}

static bool get_bool(struct reader *reader)
{
	return get_range(reader, 1, 0, 1, "a truth value is neither 0 nor 1");
}

/* Points into the message; never NULL. `room` counts the terminating zero. */
static const char *get_string(struct reader *reader, size_t room)
{
	size_t length = get_uint(reader, 2);
	const char *string = (const char *)reader->next;

	if (reader->fault)
		return "";
	if (length >= room) {
		fail(reader, "a string is too long");
		return "";
	}
	if ((size_t)(reader->end - reader->next) < length + 1) {
		fail(reader, "the message is too short");
		return "";
	}
	if (strnlen(string, length + 1) != length) {
		fail(reader, "a string does not end where it says");
		return "";
	}
	reader->next += length + 1;
	return string;
}

/* For people and configuration: one line, without control characters. */
static void get_line(struct reader *reader, char *ret, size_t room)
{
	const char *string = get_string(reader, room);

	for (const char *p = string; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f) {
			fail(reader, "a line has a control character");
			string = "";
			break;
		}
	}
	memcpy(ret, string, strlen(string) + 1);
}

/* --- probes ------------------------------------------------------------------- */

bool frrd_ipc_put_probe(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_probe *probe)
{
	begin(buffer, FRRD_IPC_PROBE_SET);
	return finish(buffer,
		      put_uint(buffer, probe->id, 4) && put_uint(buffer, probe->generation, 4) &&
			      put_uint(buffer, probe->kind, 1) &&
			      put_uint(buffer, probe->interval_ms, 4) &&
			      put_uint(buffer, probe->retry_ms, 4) &&
			      put_uint(buffer, probe->timeout_ms, 4) &&
			      put_uint(buffer, probe->jitter, 1) &&
			      put_uint(buffer, probe->rise, 1) && put_uint(buffer, probe->fall, 1) &&
			      put_string(buffer, probe->source_address, FRRD_IPC_ADDRESS) &&
			      put_string(buffer, probe->source_interface, FRRD_IPC_IFNAME) &&
			      put_string(buffer, probe->vrf, FRRD_IPC_IFNAME) &&
			      put_string(buffer, probe->host, FRRD_IPC_HOST) &&
			      put_uint(buffer, probe->port, 2) && put_uint(buffer, probe->size, 2) &&
			      put_string(buffer, probe->url, FRRD_IPC_LINE) &&
			      put_uint(buffer, probe->head, 1) &&
			      put_string(buffer, probe->host_header, FRRD_IPC_HOST) &&
			      put_string(buffer, probe->status, FRRD_IPC_STATUS) &&
			      put_string(buffer, probe->body_match, FRRD_IPC_TEXT) &&
			      put_uint(buffer, probe->tls_verify, 1) &&
			      put_string(buffer, probe->tls_ca, FRRD_IPC_LINE) &&
			      put_string(buffer, probe->tls_name, FRRD_IPC_HOST) &&
			      put_string(buffer, probe->tls_cert, FRRD_IPC_LINE) &&
			      put_string(buffer, probe->tls_key, FRRD_IPC_LINE) &&
			      put_string(buffer, probe->command, FRRD_IPC_LINE));
}

/* What a kind cannot run without. */
static void check_kind(struct reader *reader, const struct frrd_ipc_probe *probe)
{
	switch ((enum frrd_ipc_kind)probe->kind) {
	case FRRD_IPC_ICMP:
		if (!probe->host[0])
			fail(reader, "a probe has no host");
		break;
	case FRRD_IPC_TCP:
		if (!probe->host[0] || !probe->port)
			fail(reader, "a probe has no host or port");
		break;
	case FRRD_IPC_HTTP:
		if (!probe->url[0])
			fail(reader, "a probe has no URL");
		break;
	case FRRD_IPC_EXEC:
		if (!probe->command[0])
			fail(reader, "a probe has no command");
		break;
	case FRRD_IPC_KINDS:
		break;
	}
}

static void check_address(struct reader *reader, const char *address)
{
	uint8_t binary[16];

	if (address[0] && inet_pton(AF_INET, address, binary) != 1 &&
	    inet_pton(AF_INET6, address, binary) != 1)
		fail(reader, "a source address is none");
}

static void get_probe(struct reader *reader, struct frrd_ipc_probe *probe)
{
	probe->id = get_range(reader, 4, 1, UINT32_MAX, "an id is 0");
	probe->generation = get_uint(reader, 4);
	probe->kind = get_range(reader, 1, FRRD_IPC_ICMP, FRRD_IPC_KINDS - 1,
				"an unknown kind of probe");
	probe->interval_ms = get_range(reader, 4, 50, 86400000, "an interval is out of range");
	probe->retry_ms = get_range(reader, 4, 50, probe->interval_ms,
				    "a retry-interval is out of range");
	probe->timeout_ms = get_range(reader, 4, 10, 600000, "a timeout is out of range");
	probe->jitter = get_range(reader, 1, 0, 50, "a jitter is out of range");
	probe->rise = get_range(reader, 1, 1, 255, "a rise is out of range");
	probe->fall = get_range(reader, 1, 1, 255, "a fall is out of range");
	get_line(reader, probe->source_address, sizeof(probe->source_address));
	check_address(reader, probe->source_address);
	get_line(reader, probe->source_interface, sizeof(probe->source_interface));
	get_line(reader, probe->vrf, sizeof(probe->vrf));
	get_line(reader, probe->host, sizeof(probe->host));
	probe->port = get_uint(reader, 2);
	probe->size = get_range(reader, 2, 0, 9000, "a size is out of range");
	get_line(reader, probe->url, sizeof(probe->url));
	probe->head = get_bool(reader);
	get_line(reader, probe->host_header, sizeof(probe->host_header));
	get_line(reader, probe->status, sizeof(probe->status));
	get_line(reader, probe->body_match, sizeof(probe->body_match));
	probe->tls_verify = get_bool(reader);
	get_line(reader, probe->tls_ca, sizeof(probe->tls_ca));
	get_line(reader, probe->tls_name, sizeof(probe->tls_name));
	get_line(reader, probe->tls_cert, sizeof(probe->tls_cert));
	get_line(reader, probe->tls_key, sizeof(probe->tls_key));
	get_line(reader, probe->command, sizeof(probe->command));
	check_kind(reader, probe);
}

/* --- programs ----------------------------------------------------------------- */

bool frrd_ipc_put_run(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_run *run)
{
	bool complete;

	begin(buffer, FRRD_IPC_RUN);
	complete = run->env_count <= FRRD_IPC_ENV && put_uint(buffer, run->id, 4) &&
		   put_uint(buffer, run->timeout_ms, 4) &&
		   put_string(buffer, run->command, FRRD_IPC_LINE) &&
		   put_uint(buffer, run->env_count, 1);
	for (size_t i = 0; complete && i < run->env_count; i++)
		complete = put_string(buffer, run->env[i], FRRD_IPC_MAX);
	return finish(buffer, complete);
}

static void get_run(struct reader *reader, struct frrd_ipc_run *run)
{
	run->id = get_range(reader, 4, 1, UINT32_MAX, "an id is 0");
	run->timeout_ms = get_range(reader, 4, 100, 3600000, "a timeout is out of range");
	get_line(reader, run->command, sizeof(run->command));
	if (!run->command[0])
		fail(reader, "a command is empty");
	run->env_count = get_range(reader, 1, 0, FRRD_IPC_ENV, "too many variables");
	for (size_t i = 0; i < run->env_count; i++) {
		const char *equals;

		run->env[i] = get_string(reader, FRRD_IPC_MAX);
		equals = strchr(run->env[i], '=');
		if (!equals || equals == run->env[i])
			fail(reader, "a variable has no name");
	}
}

bool frrd_ipc_put_done(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_done *done)
{
	begin(buffer, FRRD_IPC_RUN_DONE);
	return finish(buffer, done->output_length <= FRRD_IPC_OUTPUT &&
				      put_uint(buffer, done->id, 4) &&
				      put_uint(buffer, done->end, 1) &&
				      put_uint(buffer, (uint32_t)done->code, 4) &&
				      put_uint(buffer, done->ran_ms, 4) &&
				      put_uint(buffer, done->truncated, 1) &&
				      put_uint(buffer, done->output_length, 2) &&
				      put_bytes(buffer, done->output, done->output_length));
}

static void get_done(struct reader *reader, struct frrd_ipc_done *done)
{
	done->id = get_range(reader, 4, 1, UINT32_MAX, "an id is 0");
	done->end = get_range(reader, 1, FRRD_IPC_EXITED, FRRD_IPC_ENDS - 1,
			      "an unknown end of a program");
	done->code = (int32_t)(uint32_t)get_uint(reader, 4);
	done->ran_ms = get_uint(reader, 4);
	done->truncated = get_bool(reader);
	done->output_length = get_range(reader, 2, 0, FRRD_IPC_OUTPUT, "an output is too long");
	done->output = (const char *)reader->next;
	if ((size_t)(reader->end - reader->next) < done->output_length) {
		fail(reader, "the message is too short");
		done->output_length = 0;
	}
	reader->next += done->output_length;
}

/* --- results ------------------------------------------------------------------ */

/* The number of results is not in the message: they fill it. */
void frrd_ipc_begin_results(struct frrd_ipc_buffer *buffer)
{
	begin(buffer, FRRD_IPC_RESULTS);
}

static void get_result(struct reader *reader, struct frrd_ipc_result *result)
{
	uint64_t at_us;

	result->id = get_range(reader, 4, 1, UINT32_MAX, "an id is 0");
	result->generation = get_uint(reader, 4);
	result->good = get_bool(reader);
	result->latency_us = get_uint(reader, 4);
	at_us = get_uint(reader, 8);
	if (at_us > INT64_MAX)
		fail(reader, "a time is out of range");
	result->at_us = (int64_t)at_us;
	get_line(reader, result->text, sizeof(result->text));
}

bool frrd_ipc_add_result(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_result *result)
{
	const size_t before = buffer->length;
	struct frrd_ipc_result copy;
	struct reader reader;

	if (put_uint(buffer, result->id, 4) && put_uint(buffer, result->generation, 4) &&
	    put_uint(buffer, result->good, 1) && put_uint(buffer, result->latency_us, 4) &&
	    put_uint(buffer, (uint64_t)result->at_us, 8) &&
	    put_string(buffer, result->text, FRRD_IPC_TEXT)) {
		reader.next = buffer->data + before;
		reader.end = buffer->data + buffer->length;
		reader.fault = NULL;
		get_result(&reader, &copy);
		if (!reader.fault)
			return true;
	}
	buffer->length = before;
	return false;
}

bool frrd_ipc_next_result(struct frrd_ipc_message *message, struct frrd_ipc_result *ret_result)
{
	struct reader reader = { message->results.next, message->results.end, NULL };

	if (reader.next == reader.end)
		return false;
	get_result(&reader, ret_result);
	message->results.next = reader.next;
	return !reader.fault;
}

static void check_results(struct reader *reader, struct frrd_ipc_message *message)
{
	struct frrd_ipc_result result;

	message->results.next = reader->next;
	message->results.end = reader->end;
	message->results.count = 0;
	while (reader->next < reader->end) {
		get_result(reader, &result);
		message->results.count++;
	}
	if (!message->results.count)
		fail(reader, "the message is too short");
}

/* --- the other messages -------------------------------------------------------- */

bool frrd_ipc_put_hello(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_hello *hello)
{
	begin(buffer, FRRD_IPC_HELLO);
	return finish(buffer, put_uint(buffer, hello->pid, 4));
}

static bool put_id(struct frrd_ipc_buffer *buffer, enum frrd_ipc_type type, uint32_t id)
{
	begin(buffer, type);
	return finish(buffer, put_uint(buffer, id, 4));
}

bool frrd_ipc_put_probe_del(struct frrd_ipc_buffer *buffer, uint32_t id)
{
	return put_id(buffer, FRRD_IPC_PROBE_DEL, id);
}

bool frrd_ipc_put_run_kill(struct frrd_ipc_buffer *buffer, uint32_t id)
{
	return put_id(buffer, FRRD_IPC_RUN_KILL, id);
}

bool frrd_ipc_put_number(struct frrd_ipc_buffer *buffer, enum frrd_ipc_type type, uint32_t number)
{
	if (type != FRRD_IPC_PING && type != FRRD_IPC_PONG) {
		buffer->length = 0;
		return false;
	}
	return put_id(buffer, type, number);
}

bool frrd_ipc_put_log(struct frrd_ipc_buffer *buffer, uint8_t priority, const char *text)
{
	begin(buffer, FRRD_IPC_LOG);
	return finish(buffer, put_uint(buffer, priority, 1) &&
				      put_string(buffer, text, FRRD_IPC_TEXT));
}

static void get_body(struct reader *reader, struct frrd_ipc_message *message)
{
	switch (message->type) {
	case FRRD_IPC_HELLO:
		message->hello.pid = get_range(reader, 4, 1, INT32_MAX, "a process id is out of range");
		return;
	case FRRD_IPC_PROBE_SET:
		get_probe(reader, &message->probe);
		return;
	case FRRD_IPC_PROBE_DEL:
		message->probe.id = get_range(reader, 4, 1, UINT32_MAX, "an id is 0");
		return;
	case FRRD_IPC_RESULTS:
		check_results(reader, message);
		return;
	case FRRD_IPC_RUN:
		get_run(reader, &message->run);
		return;
	case FRRD_IPC_RUN_KILL:
		message->run.id = get_range(reader, 4, 1, UINT32_MAX, "an id is 0");
		return;
	case FRRD_IPC_RUN_DONE:
		get_done(reader, &message->done);
		return;
	case FRRD_IPC_PING:
	case FRRD_IPC_PONG:
		message->number = get_uint(reader, 4);
		return;
	case FRRD_IPC_LOG:
		message->log.priority = get_range(reader, 1, 0, 7, "a priority is out of range");
		get_line(reader, message->log.text, sizeof(message->log.text));
		return;
	case FRRD_IPC_TYPES:
		break;
	}
	fail(reader, "an unknown type of message");
}

const char *frrd_ipc_decode(const uint8_t *data, size_t length, struct frrd_ipc_message *ret_message)
{
	struct reader reader = { data, data + length, NULL };

	if (length < HEADER)
		return "the message is too short";
	if (length > FRRD_IPC_MAX)
		return "the message is too long";
	if (get_uint(&reader, 4) != FRRD_IPC_MAGIC)
		return "this is no message of frrd";
	if (get_uint(&reader, 2) != FRRD_IPC_VERSION)
		return "the other side has another version";
	memset(ret_message, 0, sizeof(*ret_message));
	ret_message->type = get_uint(&reader, 2);
	get_body(&reader, ret_message);
	if (!reader.fault && reader.next != reader.end)
		return "the message is too long";
	return reader.fault;
}
