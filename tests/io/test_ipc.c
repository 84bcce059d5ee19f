// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages between frrd and frrd-io: what is encoded is decoded as it was; what is
 * truncated, too long, out of range or not a message is refused.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frrd_ipc.h"

static struct frrd_ipc_buffer buffer;
static struct frrd_ipc_message message;

/* --- samples ------------------------------------------------------------------------ */

static struct frrd_ipc_probe sample_probe(uint8_t kind)
{
	struct frrd_ipc_probe probe = {
		.id = 0x01020304,
		.generation = 7,
		.kind = kind,
		.interval_ms = 86400000,
		.retry_ms = 86400000,
		.timeout_ms = 600000,
		.jitter = 50,
		.rise = 255,
		.fall = 254,
		.source_address = "2001:db8::1",
		.source_interface = "fifteen-letters",
		.vrf = "red",
		.host = "www.example.org",
		.port = 65535,
		.size = 9000,
		.url = "https://www.example.org:8443/health?x=1",
		.head = true,
		.host_header = "example.org",
		.status = "200-299,304",
		.body_match = "all \"fine\" \xc3\xa9",
		.tls_verify = true,
		.tls_ca = "/etc/frr/ca.pem",
		.tls_name = "name.example.org",
		.tls_cert = "/etc/frr/cert.pem",
		.tls_key = "/etc/frr/key.pem",
		.command = "/usr/bin/true with arguments",
	};

	return probe;
}

static struct frrd_ipc_run sample_run(void)
{
	struct frrd_ipc_run run = {
		.id = UINT32_MAX,
		.timeout_ms = 3600000,
		.command = "/usr/bin/env",
		.env_count = 3,
		.env = { "A=", "FRRD_GROUP=shop", "LINES=one\ntwo" },
	};

	return run;
}

static struct frrd_ipc_result sample_result(uint32_t id)
{
	struct frrd_ipc_result result = {
		.id = id,
		.generation = 3,
		.good = id % 2,
		.latency_us = 1234,
		.at_us = INT64_MAX,
	};

	snprintf(result.text, sizeof(result.text), "HTTP %u", id);
	return result;
}

static struct frrd_ipc_done sample_done(const char *output, size_t length)
{
	struct frrd_ipc_done done = {
		.id = 9,
		.end = FRRD_IPC_SIGNALLED,
		.code = -5,
		.ran_ms = 1001,
		.truncated = true,
		.output_length = length,
		.output = output,
	};

	return done;
}

/* One valid message of each type in `buffer`. */
static void put_sample(enum frrd_ipc_type type)
{
	const struct frrd_ipc_probe probe = sample_probe(FRRD_IPC_HTTP);
	const struct frrd_ipc_run run = sample_run();
	const struct frrd_ipc_done done = sample_done("out\0put\n", 8);
	const struct frrd_ipc_hello hello = { .pid = 4711 };
	struct frrd_ipc_result result = sample_result(1);
	bool put = false;

	switch (type) {
	case FRRD_IPC_HELLO:
		put = frrd_ipc_put_hello(&buffer, &hello);
		break;
	case FRRD_IPC_PROBE_SET:
		put = frrd_ipc_put_probe(&buffer, &probe);
		break;
	case FRRD_IPC_PROBE_DEL:
		put = frrd_ipc_put_probe_del(&buffer, 5);
		break;
	case FRRD_IPC_RESULTS:
		frrd_ipc_begin_results(&buffer);
		put = frrd_ipc_add_result(&buffer, &result);
		break;
	case FRRD_IPC_RUN:
		put = frrd_ipc_put_run(&buffer, &run);
		break;
	case FRRD_IPC_RUN_KILL:
		put = frrd_ipc_put_run_kill(&buffer, 6);
		break;
	case FRRD_IPC_RUN_DONE:
		put = frrd_ipc_put_done(&buffer, &done);
		break;
	case FRRD_IPC_PING:
	case FRRD_IPC_PONG:
		put = frrd_ipc_put_number(&buffer, type, 0);
		break;
	case FRRD_IPC_LOG:
		put = frrd_ipc_put_log(&buffer, 3, "something");
		break;
	case FRRD_IPC_TYPES:
		break;
	}
	assert_true(put);
}

static void decode(void)
{
	const char *fault = frrd_ipc_decode(buffer.data, buffer.length, &message);

	assert_null(fault);
}

static void assert_refused(const uint8_t *data, size_t length)
{
	/* Of just this size, so that a sanitizer sees what reads past its end. */
	uint8_t *copy = malloc(length ? length : 1);

	memcpy(copy, data, length);
	assert_non_null(frrd_ipc_decode(copy, length, &message));
	free(copy);
}

/* --- round trips ----------------------------------------------------------------------- */

static void assert_same_probe(const struct frrd_ipc_probe *a, const struct frrd_ipc_probe *b)
{
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->generation, b->generation);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->interval_ms, b->interval_ms);
	assert_int_equal(a->retry_ms, b->retry_ms);
	assert_int_equal(a->timeout_ms, b->timeout_ms);
	assert_int_equal(a->jitter, b->jitter);
	assert_int_equal(a->rise, b->rise);
	assert_int_equal(a->fall, b->fall);
	assert_string_equal(a->source_address, b->source_address);
	assert_string_equal(a->source_interface, b->source_interface);
	assert_string_equal(a->vrf, b->vrf);
	assert_string_equal(a->host, b->host);
	assert_int_equal(a->port, b->port);
	assert_int_equal(a->size, b->size);
	assert_string_equal(a->url, b->url);
	assert_int_equal(a->head, b->head);
	assert_string_equal(a->host_header, b->host_header);
	assert_string_equal(a->status, b->status);
	assert_string_equal(a->body_match, b->body_match);
	assert_int_equal(a->tls_verify, b->tls_verify);
	assert_string_equal(a->tls_ca, b->tls_ca);
	assert_string_equal(a->tls_name, b->tls_name);
	assert_string_equal(a->tls_cert, b->tls_cert);
	assert_string_equal(a->tls_key, b->tls_key);
	assert_string_equal(a->command, b->command);
}

static void test_probe(void **state)
{
	for (uint8_t kind = FRRD_IPC_ICMP; kind < FRRD_IPC_KINDS; kind++) {
		const struct frrd_ipc_probe probe = sample_probe(kind);

		assert_true(frrd_ipc_put_probe(&buffer, &probe));
		decode();
		assert_int_equal(message.type, FRRD_IPC_PROBE_SET);
		assert_same_probe(&message.probe, &probe);
	}
}

/* All strings as long as they can be, and all of them empty. */
static void test_probe_strings(void **state)
{
	struct frrd_ipc_probe probe = sample_probe(FRRD_IPC_TCP);

#define FILL(field) (memset(probe.field, 'x', sizeof(probe.field) - 1), \
		     probe.field[sizeof(probe.field) - 1] = '\0')
	FILL(source_interface);
	FILL(vrf);
	FILL(host);
	FILL(url);
	FILL(host_header);
	FILL(status);
	FILL(body_match);
	FILL(tls_ca);
	FILL(tls_name);
	FILL(tls_cert);
	FILL(tls_key);
	FILL(command);
#undef FILL
	assert_true(frrd_ipc_put_probe(&buffer, &probe));
	decode();
	assert_same_probe(&message.probe, &probe);

	memset(&probe, 0, sizeof(probe));
	probe.id = 1;
	probe.kind = FRRD_IPC_ICMP;
	probe.interval_ms = 50;
	probe.retry_ms = 50;
	probe.rise = probe.fall = 1;
	probe.timeout_ms = 10;
	strcpy(probe.host, "h");
	assert_true(frrd_ipc_put_probe(&buffer, &probe));
	decode();
	assert_same_probe(&message.probe, &probe);
}

static void test_run(void **state)
{
	struct frrd_ipc_run run = sample_run();

	assert_true(frrd_ipc_put_run(&buffer, &run));
	decode();
	assert_int_equal(message.run.id, run.id);
	assert_int_equal(message.run.timeout_ms, run.timeout_ms);
	assert_string_equal(message.run.command, run.command);
	assert_int_equal(message.run.env_count, run.env_count);
	for (size_t i = 0; i < run.env_count; i++)
		assert_string_equal(message.run.env[i], run.env[i]);

	/* As many variables as there may be, and none. */
	for (run.env_count = 0; run.env_count < FRRD_IPC_ENV; run.env_count++)
		run.env[run.env_count] = "N=1";
	assert_true(frrd_ipc_put_run(&buffer, &run));
	decode();
	assert_int_equal(message.run.env_count, FRRD_IPC_ENV);
	run.env_count = 0;
	assert_true(frrd_ipc_put_run(&buffer, &run));
	decode();
}

static void test_done(void **state)
{
	static char output[FRRD_IPC_OUTPUT + 1];
	struct frrd_ipc_done done;

	memset(output, 0xff, sizeof(output));
	for (size_t length = 0; length <= FRRD_IPC_OUTPUT; length += FRRD_IPC_OUTPUT / 4) {
		done = sample_done(output, length);
		assert_true(frrd_ipc_put_done(&buffer, &done));
		decode();
		assert_int_equal(message.done.id, done.id);
		assert_int_equal(message.done.end, done.end);
		assert_int_equal(message.done.code, done.code);
		assert_int_equal(message.done.ran_ms, done.ran_ms);
		assert_int_equal(message.done.truncated, done.truncated);
		assert_int_equal(message.done.output_length, length);
		assert_memory_equal(message.done.output, output, length);
	}
	done = sample_done(output, FRRD_IPC_OUTPUT + 1);
	assert_false(frrd_ipc_put_done(&buffer, &done));
	assert_int_equal(buffer.length, 0);
}

/* As many as there is room for; what did not fit goes into the next message. */
static void test_results(void **state)
{
	struct frrd_ipc_result result, decoded;
	uint32_t count = 0;
	size_t length;

	frrd_ipc_begin_results(&buffer);
	while (true) {
		result = sample_result(count + 1);
		length = buffer.length;
		if (!frrd_ipc_add_result(&buffer, &result))
			break;
		count++;
	}
	assert_int_equal(buffer.length, length);
	assert_true(count > 1000);
	decode();
	assert_int_equal(message.results.count, count);
	for (uint32_t i = 1; i <= count; i++) {
		assert_true(frrd_ipc_next_result(&message, &decoded));
		result = sample_result(i);
		assert_int_equal(decoded.id, i);
		assert_int_equal(decoded.generation, result.generation);
		assert_int_equal(decoded.good, result.good);
		assert_int_equal(decoded.latency_us, result.latency_us);
		assert_int_equal(decoded.at_us, result.at_us);
		assert_string_equal(decoded.text, result.text);
	}
	assert_false(frrd_ipc_next_result(&message, &decoded));
}

static void test_small(void **state)
{
	put_sample(FRRD_IPC_HELLO);
	decode();
	assert_int_equal(message.hello.pid, 4711);
	put_sample(FRRD_IPC_PROBE_DEL);
	decode();
	assert_int_equal(message.probe.id, 5);
	put_sample(FRRD_IPC_RUN_KILL);
	decode();
	assert_int_equal(message.run.id, 6);
	put_sample(FRRD_IPC_LOG);
	decode();
	assert_int_equal(message.log.priority, 3);
	assert_string_equal(message.log.text, "something");
	for (uint32_t number = 1; number; number <<= 1) {
		assert_true(frrd_ipc_put_number(&buffer, FRRD_IPC_PONG, number));
		decode();
		assert_int_equal(message.type, FRRD_IPC_PONG);
		assert_int_equal(message.number, number);
	}
	assert_false(frrd_ipc_put_number(&buffer, FRRD_IPC_HELLO, 1));
}

/* --- words ------------------------------------------------------------------------------- */

static void test_describe_end(void **state)
{
	static const struct {
		struct frrd_ipc_done done;
		const char *text;
	} cases[] = {
		{ { .end = FRRD_IPC_EXITED, .code = 3 }, "exit status 3" },
		{ { .end = FRRD_IPC_SIGNALLED, .code = 9 }, "ended by signal 9 (Killed)" },
		{ { .end = FRRD_IPC_TIMED_OUT, .code = 15, .ran_ms = 2001 },
		  "no end within 2001 ms" },
		{ { .end = FRRD_IPC_NOT_RUN }, "not run" },
	};
	char text[64], little[8];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		frrd_ipc_describe_end(&cases[i].done, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
	frrd_ipc_describe_end(&cases[0].done, little, sizeof(little));
	assert_string_equal(little, "exit st");
}

/* --- what is refused -------------------------------------------------------------------- */

static void test_every_truncation(void **state)
{
	for (int type = FRRD_IPC_HELLO; type < FRRD_IPC_TYPES; type++) {
		put_sample(type);
		decode();
		assert_int_equal(message.type, type);
		for (size_t length = 0; length < buffer.length; length++)
			assert_refused(buffer.data, length);
	}
}

static void test_too_long(void **state)
{
	static uint8_t huge[FRRD_IPC_MAX + 1];

	for (int type = FRRD_IPC_HELLO; type < FRRD_IPC_TYPES; type++) {
		put_sample(type);
		buffer.data[buffer.length] = 0;
		assert_refused(buffer.data, buffer.length + 1);
	}
	frrd_ipc_begin_results(&buffer);
	assert_refused(buffer.data, buffer.length);
	memcpy(huge, buffer.data, buffer.length);
	assert_refused(huge, sizeof(huge));
}

static void test_header(void **state)
{
	put_sample(FRRD_IPC_PING);
	for (size_t i = 0; i < 6; i++) {
		for (int bit = 0; bit < 8; bit++) {
			buffer.data[i] ^= 1u << bit;
			assert_refused(buffer.data, buffer.length);
			buffer.data[i] ^= 1u << bit;
		}
	}
	for (int type = 0; type < 65536; type++) {
		if (type > 0 && type < FRRD_IPC_TYPES)
			continue;
		buffer.data[6] = type & 0xff;
		buffer.data[7] = type >> 8;
		assert_refused(buffer.data, buffer.length);
	}
}

/* Whatever bit changes: it is refused, or a valid message that encodes to these bytes. */
static void test_every_bit(void **state)
{
	for (int type = FRRD_IPC_HELLO; type < FRRD_IPC_TYPES; type++) {
		put_sample(type);
		for (size_t i = 0; i < buffer.length * 8; i++) {
			buffer.data[i / 8] ^= 1u << i % 8;
			if (!frrd_ipc_decode(buffer.data, buffer.length, &message) &&
			    message.type == FRRD_IPC_PROBE_SET) {
				static struct frrd_ipc_buffer again;

				assert_true(frrd_ipc_put_probe(&again, &message.probe));
				assert_int_equal(again.length, buffer.length);
				assert_memory_equal(again.data, buffer.data, buffer.length);
			}
			buffer.data[i / 8] ^= 1u << i % 8;
		}
	}
}

#define REFUSE_PROBE(kind, change) \
	do { \
		struct frrd_ipc_probe probe = sample_probe(kind); \
		change; \
		assert_false(frrd_ipc_put_probe(&buffer, &probe)); \
		assert_int_equal(buffer.length, 0); \
	} while (0)

static void test_probe_ranges(void **state)
{
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.id = 0);
	REFUSE_PROBE(0, );
	REFUSE_PROBE(FRRD_IPC_KINDS, );
	REFUSE_PROBE(255, );
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.interval_ms = 49);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.interval_ms = 86400001);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.retry_ms = 49);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.interval_ms = 1000; probe.retry_ms = 1001);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.rise = 0);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.fall = 0);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.timeout_ms = 9);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.timeout_ms = 600001);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.jitter = 51);
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.size = 9001);
	REFUSE_PROBE(FRRD_IPC_ICMP, strcpy(probe.source_address, "somewhere"));
	REFUSE_PROBE(FRRD_IPC_ICMP, strcpy(probe.source_address, "192.0.2.256"));
	REFUSE_PROBE(FRRD_IPC_ICMP, probe.host[0] = '\0');
	REFUSE_PROBE(FRRD_IPC_TCP, probe.host[0] = '\0');
	REFUSE_PROBE(FRRD_IPC_TCP, probe.port = 0);
	REFUSE_PROBE(FRRD_IPC_HTTP, probe.url[0] = '\0');
	REFUSE_PROBE(FRRD_IPC_EXEC, probe.command[0] = '\0');
	REFUSE_PROBE(FRRD_IPC_TCP, strcpy(probe.host, "two\nlines"));
	REFUSE_PROBE(FRRD_IPC_HTTP, strcpy(probe.url, "http://x/\r\nHost: y"));
	REFUSE_PROBE(FRRD_IPC_EXEC, strcpy(probe.command, "/bin/true\x7f"));
	/* Not terminated. */
	REFUSE_PROBE(FRRD_IPC_TCP, memset(probe.host, 'x', sizeof(probe.host)));
	REFUSE_PROBE(FRRD_IPC_TCP, memset(probe.vrf, 'x', sizeof(probe.vrf)));
	REFUSE_PROBE(FRRD_IPC_HTTP, memset(probe.url, 'x', sizeof(probe.url)));
	REFUSE_PROBE(FRRD_IPC_HTTP, memset(probe.status, 'x', sizeof(probe.status)));
}

#define REFUSE_RUN(change) \
	do { \
		struct frrd_ipc_run run = sample_run(); \
		change; \
		assert_false(frrd_ipc_put_run(&buffer, &run)); \
		assert_int_equal(buffer.length, 0); \
	} while (0)

static void test_run_ranges(void **state)
{
	static char huge[FRRD_IPC_MAX];

	memset(huge, 'x', sizeof(huge) - 1);
	huge[1] = '=';
	REFUSE_RUN(run.id = 0);
	REFUSE_RUN(run.timeout_ms = 99);
	REFUSE_RUN(run.timeout_ms = 3600001);
	REFUSE_RUN(run.command[0] = '\0');
	REFUSE_RUN(strcpy(run.command, "/bin/true\n"));
	REFUSE_RUN(run.env_count = FRRD_IPC_ENV + 1);
	REFUSE_RUN(run.env[1] = "no name");
	REFUSE_RUN(run.env[1] = "=value");
	REFUSE_RUN(run.env[1] = "");
	REFUSE_RUN(run.env[1] = huge);
}

static void test_other_ranges(void **state)
{
	struct frrd_ipc_done done = sample_done("", 0);
	struct frrd_ipc_hello hello = { .pid = 0 };
	struct frrd_ipc_result result;

	assert_false(frrd_ipc_put_hello(&buffer, &hello));
	assert_false(frrd_ipc_put_probe_del(&buffer, 0));
	assert_false(frrd_ipc_put_run_kill(&buffer, 0));
	assert_false(frrd_ipc_put_log(&buffer, 8, "x"));
	assert_false(frrd_ipc_put_log(&buffer, 1, "two\nlines"));
	done.end = 0;
	assert_false(frrd_ipc_put_done(&buffer, &done));
	done.end = FRRD_IPC_ENDS;
	assert_false(frrd_ipc_put_done(&buffer, &done));
	done.end = FRRD_IPC_EXITED;
	done.id = 0;
	assert_false(frrd_ipc_put_done(&buffer, &done));

	frrd_ipc_begin_results(&buffer);
	result = sample_result(0);
	assert_false(frrd_ipc_add_result(&buffer, &result));
	result = sample_result(1);
	result.at_us = -1;
	assert_false(frrd_ipc_add_result(&buffer, &result));
	result = sample_result(1);
	strcpy(result.text, "a\tb");
	assert_false(frrd_ipc_add_result(&buffer, &result));
	result = sample_result(1);
	assert_true(frrd_ipc_add_result(&buffer, &result));
	/* A truth value is 0 or 1: the ninth byte after the header. */
	buffer.data[16] = 2;
	assert_refused(buffer.data, buffer.length);
}

/* One sample of each type as a file: what the fuzz target starts from. */
static int write_samples(const char *folder)
{
	char path[4096];
	FILE *file;

	for (int type = FRRD_IPC_HELLO; type < FRRD_IPC_TYPES; type++) {
		put_sample(type);
		snprintf(path, sizeof(path), "%s/type-%02d", folder, type);
		file = fopen(path, "wb");
		if (!file || fwrite(buffer.data, buffer.length, 1, file) != 1 || fclose(file)) {
			perror(path);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_probe_strings),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_done),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_probe_ranges),
		cmocka_unit_test(test_describe_end),
		cmocka_unit_test(test_run_ranges),
		cmocka_unit_test(test_other_ranges),
	};

	/* test_ipc --samples FOLDER */
	if (argc == 3 && !strcmp(argv[1], "--samples"))
		return write_samples(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
