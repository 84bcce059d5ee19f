// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Talks to frrd-io in frrd's place, for tests and benches:
 *
 *   iotalk COMMAND [ARGUMENT...]
 *
 * starts COMMAND (frrd-io, perhaps behind setpriv or ip netns exec) with "--fd 3" and a
 * socket on descriptor 3. One JSON object a line on standard input is one message to it,
 * its messages come as lines on standard output. "type" is the name of the message;
 * the other names are those of frrd_ipc.h. Besides:
 *
 *   {"type":"raw","hex":"..."}	bytes as they are
 *   {"type":"reading","on":false}	read no messages for now, {"on":true} again
 *   {"type":"close"}			close the socket, as frrd does when it ends
 *   out: {"type":"started","pid":N}, {"type":"closed"}, {"type":"exit","status":N|"signal":N}
 *
 * The end of standard input is a "close". iotalk ends when the command has ended.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <json-c/json.h>

#include "frrd_ipc.h"

static const char *const names[FRRD_IPC_TYPES] = {
	[FRRD_IPC_HELLO] = "hello",	    [FRRD_IPC_PROBE_SET] = "probe-set",
	[FRRD_IPC_PROBE_DEL] = "probe-del", [FRRD_IPC_RESULTS] = "results",
	[FRRD_IPC_RUN] = "run",		    [FRRD_IPC_RUN_KILL] = "run-kill",
	[FRRD_IPC_RUN_DONE] = "run-done",   [FRRD_IPC_PING] = "ping",
	[FRRD_IPC_PONG] = "pong",	    [FRRD_IPC_LOG] = "log",
};
static const char *const kinds[FRRD_IPC_KINDS] = {
	[FRRD_IPC_ICMP] = "icmp",
	[FRRD_IPC_TCP] = "tcp",
	[FRRD_IPC_HTTP] = "http",
	[FRRD_IPC_EXEC] = "exec",
};
static const char *const ends[FRRD_IPC_ENDS] = {
	[FRRD_IPC_EXITED] = "exited",
	[FRRD_IPC_SIGNALLED] = "signalled",
	[FRRD_IPC_TIMED_OUT] = "timed-out",
	[FRRD_IPC_NOT_RUN] = "not-run",
};

static int channel = -1;
static bool reading = true;
static struct frrd_ipc_buffer buffer;

static void die(const char *what)
{
	fprintf(stderr, "iotalk: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void close_channel(void)
{
	if (channel >= 0)
		close(channel);
	channel = -1;
}

/* --- standard input -> messages --------------------------------------------------------- */

static uint32_t number(struct json_object *line, const char *name, uint32_t missing)
{
	struct json_object *value;

	return json_object_object_get_ex(line, name, &value) ? (uint32_t)json_object_get_int64(value)
							     : missing;
}

static void text(struct json_object *line, const char *name, char *ret, size_t room)
{
	struct json_object *value;

	if (json_object_object_get_ex(line, name, &value))
		snprintf(ret, room, "%s", json_object_get_string(value));
}

static int index_of(const char *const *list, int count, const char *name)
{
	for (int i = 1; i < count; i++) {
		if (!strcmp(list[i], name))
			return i;
	}
	return 0;
}

static bool put_probe(struct json_object *line)
{
	struct frrd_ipc_probe probe = {};
	char kind[16] = "";

	text(line, "kind", kind, sizeof(kind));
	probe.id = number(line, "id", 1);
	probe.generation = number(line, "generation", 1);
	probe.kind = index_of(kinds, FRRD_IPC_KINDS, kind);
	probe.interval_ms = number(line, "interval_ms", 1000);
	probe.retry_ms = number(line, "retry_ms", probe.interval_ms);
	probe.rise = number(line, "rise", 2);
	probe.fall = number(line, "fall", 3);
	probe.timeout_ms = number(line, "timeout_ms", 500);
	probe.jitter = number(line, "jitter", 0);
	probe.port = number(line, "port", 0);
	probe.size = number(line, "size", 56);
	probe.head = number(line, "head", 0);
	probe.tls_verify = number(line, "tls_verify", 1);
#define TEXT(field) text(line, #field, probe.field, sizeof(probe.field))
	TEXT(source_address);
	TEXT(source_interface);
	TEXT(vrf);
	TEXT(host);
	TEXT(url);
	TEXT(host_header);
	snprintf(probe.status, sizeof(probe.status), "200-299");
	TEXT(status);
	TEXT(body_match);
	TEXT(tls_ca);
	TEXT(tls_name);
	TEXT(tls_cert);
	TEXT(tls_key);
	TEXT(command);
#undef TEXT
	return frrd_ipc_put_probe(&buffer, &probe);
}

static bool put_run(struct json_object *line)
{
	static struct frrd_ipc_run run;
	struct json_object *env;

	memset(&run, 0, sizeof(run));
	run.id = number(line, "id", 1);
	run.timeout_ms = number(line, "timeout_ms", 10000);
	text(line, "command", run.command, sizeof(run.command));
	if (json_object_object_get_ex(line, "env", &env)) {
		run.env_count = json_object_array_length(env);
		for (size_t i = 0; i < run.env_count && i < FRRD_IPC_ENV; i++)
			run.env[i] = json_object_get_string(json_object_array_get_idx(env, i));
	}
	return frrd_ipc_put_run(&buffer, &run);
}

static bool put_raw(struct json_object *line)
{
	struct json_object *value;
	unsigned int byte;
	const char *hex;

	buffer.length = 0;
	if (!json_object_object_get_ex(line, "hex", &value))
		return false;
	for (hex = json_object_get_string(value); sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		if (buffer.length == sizeof(buffer.data))
			return false;
		buffer.data[buffer.length++] = byte;
	}
	return buffer.length;
}

/* False: there is nothing to send. */
static bool put_line(struct json_object *line, const char *type)
{
	if (!strcmp(type, "reading")) {
		reading = number(line, "on", 1);
		return false;
	}
	if (!strcmp(type, "close")) {
		close_channel();
		return false;
	}
	if (!strcmp(type, "raw"))
		return put_raw(line);
	switch ((enum frrd_ipc_type)index_of(names, FRRD_IPC_TYPES, type)) {
	case FRRD_IPC_PROBE_SET:
		return put_probe(line);
	case FRRD_IPC_PROBE_DEL:
		return frrd_ipc_put_probe_del(&buffer, number(line, "id", 1));
	case FRRD_IPC_RUN:
		return put_run(line);
	case FRRD_IPC_RUN_KILL:
		return frrd_ipc_put_run_kill(&buffer, number(line, "id", 1));
	case FRRD_IPC_PING:
		return frrd_ipc_put_number(&buffer, FRRD_IPC_PING, number(line, "number", 0));
	case FRRD_IPC_HELLO:
	case FRRD_IPC_RESULTS:
	case FRRD_IPC_RUN_DONE:
	case FRRD_IPC_PONG:
	case FRRD_IPC_LOG:
	case FRRD_IPC_TYPES:
		break;
	}
	buffer.length = 0;
	return true;
}

static void take_line(const char *string)
{
	struct json_object *line = json_tokener_parse(string), *type = NULL;

	if (!line || !json_object_object_get_ex(line, "type", &type)) {
		fprintf(stderr, "iotalk: not a message: %s\n", string);
		exit(2);
	}
	if (put_line(line, json_object_get_string(type))) {
		if (!buffer.length) {
			fprintf(stderr, "iotalk: cannot be encoded: %s\n", string);
			exit(2);
		}
		/* Blocks when frrd-io does not read; a test sees that. */
		if (channel >= 0 && send(channel, buffer.data, buffer.length, MSG_NOSIGNAL) < 0 &&
		    errno != EPIPE && errno != ECONNRESET)
			die("send");
	}
	json_object_put(line);
}

/* False: the end of standard input. */
static bool read_lines(void)
{
	static char *pending;
	static size_t length;
	char part[65536];
	ssize_t got = read(STDIN_FILENO, part, sizeof(part));
	char *begin, *end;

	if (got <= 0)
		return false;
	pending = realloc(pending, length + got + 1);
	if (!pending)
		die("memory");
	memcpy(pending + length, part, got);
	length += got;
	pending[length] = '\0';
	for (begin = pending; (end = strchr(begin, '\n')); begin = end + 1) {
		*end = '\0';
		take_line(begin);
	}
	length -= begin - pending;
	memmove(pending, begin, length + 1);
	return true;
}

/* --- messages -> standard output ---------------------------------------------------------- */

static void add(struct json_object *line, const char *name, int64_t value)
{
	json_object_object_add(line, name, json_object_new_int64(value));
}

static void add_text(struct json_object *line, const char *name, const char *value)
{
	json_object_object_add(line, name, json_object_new_string(value));
}

static void print(struct json_object *line)
{
	puts(json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN));
	fflush(stdout);
	json_object_put(line);
}

static struct json_object *begin_line(const char *type)
{
	struct json_object *line = json_object_new_object();

	add_text(line, "type", type);
	return line;
}

static void add_results(struct json_object *line, struct frrd_ipc_message *message)
{
	struct json_object *list = json_object_new_array();
	struct frrd_ipc_result result;

	while (frrd_ipc_next_result(message, &result)) {
		struct json_object *item = json_object_new_object();

		add(item, "id", result.id);
		add(item, "generation", result.generation);
		json_object_object_add(item, "good", json_object_new_boolean(result.good));
		add(item, "latency_us", result.latency_us);
		add(item, "at_us", result.at_us);
		add_text(item, "text", result.text);
		json_object_array_add(list, item);
	}
	json_object_object_add(line, "results", list);
}

static void add_done(struct json_object *line, const struct frrd_ipc_done *done)
{
	add(line, "id", done->id);
	add_text(line, "end", ends[done->end]);
	add(line, "code", done->code);
	add(line, "ran_ms", done->ran_ms);
	json_object_object_add(line, "truncated", json_object_new_boolean(done->truncated));
	json_object_object_add(line, "output",
			       json_object_new_string_len(done->output, (int)done->output_length));
}

static void print_message(struct frrd_ipc_message *message)
{
	struct json_object *line = begin_line(names[message->type]);

	switch (message->type) {
	case FRRD_IPC_HELLO:
		add(line, "pid", message->hello.pid);
		break;
	case FRRD_IPC_RESULTS:
		add_results(line, message);
		break;
	case FRRD_IPC_RUN_DONE:
		add_done(line, &message->done);
		break;
	case FRRD_IPC_PING:
	case FRRD_IPC_PONG:
		add(line, "number", message->number);
		break;
	case FRRD_IPC_LOG:
		add(line, "priority", message->log.priority);
		add_text(line, "text", message->log.text);
		break;
	case FRRD_IPC_PROBE_SET:
	case FRRD_IPC_PROBE_DEL:
	case FRRD_IPC_RUN:
	case FRRD_IPC_RUN_KILL:
	case FRRD_IPC_TYPES:
		break;
	}
	print(line);
}

static void take_message(void)
{
	static uint8_t data[FRRD_IPC_MAX];
	static struct frrd_ipc_message message;
	ssize_t length = recv(channel, data, sizeof(data), MSG_TRUNC);
	const char *fault;

	if (length <= 0) {
		close_channel();
		print(begin_line("closed"));
		return;
	}
	fault = frrd_ipc_decode(data, length, &message);
	if (fault) {
		struct json_object *line = begin_line("invalid");

		add_text(line, "text", fault);
		print(line);
		return;
	}
	print_message(&message);
}

/* --- the process ---------------------------------------------------------------------------- */

static pid_t start(char **argv, int count)
{
	char **command = calloc(count + 3, sizeof(*command));
	struct json_object *line;
	int pair[2];
	pid_t pid;

	if (!command || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		die("socketpair");
	memcpy(command, argv, count * sizeof(*command));
	command[count] = (char *)"--fd";
	command[count + 1] = (char *)"3";
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		/* Out of the way first: the pair itself may have number 3. */
		if (dup2(fcntl(pair[1], F_DUPFD, 10), 3) != 3)
			die("dup2");
		close_range(4, ~0u, 0);
		execvp(command[0], command);
		die(command[0]);
	}
	close(pair[1]);
	channel = pair[0];
	free(command);
	line = begin_line("started");
	add(line, "pid", pid);
	print(line);
	return pid;
}

static void print_exit(pid_t pid)
{
	struct json_object *line = begin_line("exit");
	int status;

	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	if (WIFEXITED(status))
		add(line, "status", WEXITSTATUS(status));
	else
		add(line, "signal", WTERMSIG(status));
	print(line);
}

int main(int argc, char **argv)
{
	struct pollfd fds[3] = { { .fd = STDIN_FILENO, .events = POLLIN } };
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: iotalk COMMAND [ARGUMENT...]\n");
		return 2;
	}
	pid = start(argv + 1, argc - 1);
	fds[2].fd = (int)syscall(SYS_pidfd_open, pid, 0);
	fds[2].events = POLLIN;
	if (fds[2].fd < 0)
		die("pidfd_open");
	while (true) {
		fds[1].fd = reading ? channel : -1;
		fds[1].events = POLLIN;
		if (poll(fds, 3, -1) < 0)
			die("poll");
		/* What it said before its end comes first. */
		if (fds[1].fd >= 0 && fds[1].revents) {
			take_message();
			continue;
		}
		if (fds[2].revents)
			break;
		if (fds[0].revents && !read_lines()) {
			close_channel();
			fds[0].fd = -1;
		}
	}
	print_exit(pid);
	return 0;
}
