// SPDX-License-Identifier: GPL-2.0-or-later
/* What frrd and frrd-io say to each other; see frrd_ioproc_talk.h. */

#include <zebra.h>

#include <sys/socket.h>

#include "log.h"
#include "memory.h"
#include "typesafe.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_ioproc_talk.h"
#include "frrd/frrd_process.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_IO_MESSAGE, "Message to frrd-io");
DEFINE_MTYPE_STATIC(FRRD, FRRD_IO_RUN, "Program run by frrd-io");

#define QUEUE_MAX (8 * 1024 * 1024) /* bytes that wait; probes are not among them */
#define READ_MAX 64 /* messages in one turn of the event loop */
#define ANSWER_MS 5000 /* beyond the time of a program, until it counts as lost */

/* A message that waits to be written. */
PREDECL_DLIST(waitings);
struct waiting {
	struct waitings_item item;
	size_t length;
	uint8_t data[];
};
DECLARE_DLIST(waitings, struct waiting, item);

/* A program: it waits for its turn, runs, or its answer is on its way to who asked. */
PREDECL_DLIST(runs);
struct run {
	struct runs_item item;
	uint32_t id;
	uint32_t timeout_ms;
	bool sent;
	void (*done)(void *arg, const struct frrd_ipc_done *result);
	void *arg;
	const char *failed; /* static text; NULL: it did not */
	struct event *t_lost;
	struct event *t_failed;
	struct waiting *message; /* until it is sent */
};
DECLARE_DLIST(runs, struct run, item);

static const struct frrd_ioproc_handlers *handlers;
static const struct frrd_ioproc_talker *talker;
static struct waitings_head queue = INIT_DLIST(queue);
static struct runs_head runs = INIT_DLIST(runs);
static size_t queued_bytes;
static uint32_t last_run;
static int sock = -1;
static struct event *t_read;
static struct event *t_write;
static struct frrd_ipc_buffer buffer; /* one for all: nothing is encoded while another is sent */
static uint8_t received[FRRD_IPC_MAX];

static void writable(struct event *event);

/* --- writing -------------------------------------------------------------------- */

/* True: it is on its way. False: no room now, or broken (then there is no socket any more). */
static bool send_now(const uint8_t *data, size_t length)
{
	char why[128];

	if (send(sock, data, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length)
		return true;
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOBUFS) {
		if (!t_write)
			event_add_write(frrd_loop, writable, NULL, sock, &t_write);
		return false;
	}
	snprintf(why, sizeof(why), "cannot write to it: %s", safe_strerror(errno));
	talker->broken(why);
	return false;
}

static struct waiting *message_new(const struct frrd_ipc_buffer *from)
{
	struct waiting *message = XMALLOC(MTYPE_FRRD_IO_MESSAGE, sizeof(*message) + from->length);

	memset(message, 0, sizeof(*message));
	message->length = from->length;
	memcpy(message->data, from->data, from->length);
	return message;
}

static void queue_clear(void)
{
	struct waiting *message;

	while ((message = waitings_pop(&queue)))
		XFREE(MTYPE_FRRD_IO_MESSAGE, message);
	queued_bytes = 0;
}

/* Write the encoded message, or have it wait. */
static void put(void)
{
	struct waiting *message;

	if (sock < 0 || !buffer.length)
		return;
	if (!waitings_count(&queue) && send_now(buffer.data, buffer.length))
		return;
	if (sock < 0)
		return;
	if (queued_bytes + buffer.length > QUEUE_MAX) {
		talker->broken("it does not read what is written to it");
		return;
	}
	message = message_new(&buffer);
	queued_bytes += message->length;
	waitings_add_tail(&queue, message);
}

static bool write_queue(void)
{
	struct waiting *message;

	while ((message = waitings_first(&queue))) {
		if (!send_now(message->data, message->length))
			return false;
		waitings_del(&queue, message);
		queued_bytes -= message->length;
		XFREE(MTYPE_FRRD_IO_MESSAGE, message);
	}
	return true;
}

/* Probes are not queued: what is sent is what they are at that moment. */
static bool write_probes(void)
{
	const struct frrd_ipc_probe *probe;

	while (handlers->next(&probe)) {
		if (!frrd_ipc_put_probe(&buffer, probe))
			zlog_warn("a probe cannot be put into a message for frrd-io");
		else if (!send_now(buffer.data, buffer.length))
			return false;
		handlers->sent(probe);
	}
	return true;
}

static bool write_runs(void)
{
	struct run *run;

	frr_each (runs, &runs, run) {
		if (run->sent || !run->message)
			continue;
		if (!send_now(run->message->data, run->message->length))
			return false;
		XFREE(MTYPE_FRRD_IO_MESSAGE, run->message);
		run->sent = true;
	}
	return true;
}

void frrd_ioproc_talk_write(void)
{
	if (sock >= 0 && frrd_ioproc_is_running())
		(void)(write_queue() && write_runs() && write_probes());
}

static void writable(struct event *event)
{
	frrd_ioproc_talk_write();
}

void frrd_ioproc_talk_ping(uint32_t number)
{
	if (waitings_count(&queue))
		return; /* it has enough to read */
	if (frrd_ipc_put_number(&buffer, FRRD_IPC_PING, number))
		put();
}

void frrd_ioproc_probe_del(uint32_t id)
{
	if (sock >= 0 && frrd_ioproc_is_running() && frrd_ipc_put_probe_del(&buffer, id))
		put();
}

/* --- programs --------------------------------------------------------------------- */

static struct run *run_find(uint32_t id)
{
	struct run *run;

	frr_each (runs, &runs, run)
		if (run->id == id)
			return run;
	return NULL;
}

/* Gives the answer, once. */
static void run_end(struct run *run, const struct frrd_ipc_done *result)
{
	runs_del(&runs, run);
	EVENT_OFF(run->t_lost);
	EVENT_OFF(run->t_failed);
	XFREE(MTYPE_FRRD_IO_MESSAGE, run->message);
	if (run->done && result)
		run->done(run->arg, result);
	XFREE(MTYPE_FRRD_IO_RUN, run);
}

static void run_fail(struct run *run, const char *why)
{
	const struct frrd_ipc_done result = {
		.id = run->id,
		.end = FRRD_IPC_NOT_RUN,
		.output = why,
		.output_length = strlen(why),
	};

	run_end(run, &result);
}

static void run_failed(struct event *event)
{
	struct run *run = EVENT_ARG(event);

	run_fail(run, run->failed);
}

static void run_lost(struct event *event)
{
	struct run *run = EVENT_ARG(event);

	if (run->sent) {
		frrd_ioproc_talk_read(); /* frrd may be late itself */
		if (run_find(run->id) != run)
			return;
		/* It may still wait there for its turn, and must not begin any more. */
		if (frrd_ipc_put_run_kill(&buffer, run->id))
			put();
	}
	run_fail(run, run->sent ? "frrd-io gave no answer" : "frrd-io does not run");
}

bool frrd_ioproc_run(const char *command, const char *const *env, size_t env_count,
		     uint32_t timeout_ms,
		     void (*done)(void *arg, const struct frrd_ipc_done *result), void *arg,
		     uint32_t *ret_id)
{
	struct frrd_ipc_run message = {
		.id = last_run + 1,
		.timeout_ms = timeout_ms,
		.env_count = env_count,
	};
	struct run *run;

	if (env_count > FRRD_IPC_ENV ||
	    strlcpy(message.command, command, sizeof(message.command)) >= sizeof(message.command))
		return false;
	for (size_t i = 0; i < env_count; i++)
		message.env[i] = env[i];
	if (!frrd_ipc_put_run(&buffer, &message))
		return false;
	run = XCALLOC(MTYPE_FRRD_IO_RUN, sizeof(*run));
	run->id = ++last_run;
	run->timeout_ms = timeout_ms;
	run->done = done;
	run->arg = arg;
	run->message = message_new(&buffer);
	runs_add_tail(&runs, run);
	event_add_timer_msec(frrd_loop, run_lost, run, (int64_t)timeout_ms + ANSWER_MS,
			     &run->t_lost);
	if (ret_id)
		*ret_id = run->id;
	frrd_ioproc_flush();
	return true;
}

void frrd_ioproc_run_kill(uint32_t id)
{
	struct run *run = run_find(id);

	if (!run)
		return;
	if (!run->sent) {
		run->failed = "ended before it was started";
		XFREE(MTYPE_FRRD_IO_MESSAGE, run->message);
		if (!run->t_failed)
			event_add_event(frrd_loop, run_failed, run, 0, &run->t_failed);
	} else if (frrd_ipc_put_run_kill(&buffer, id)) {
		put();
	}
}

void frrd_ioproc_run_cancel(uint32_t id)
{
	struct run *run = run_find(id);

	if (!run)
		return;
	run->done = NULL;
	frrd_ioproc_run_kill(id);
}

bool frrd_ioproc_talk_waits(void)
{
	struct run *run;

	frr_each (runs, &runs, run)
		if (run->message)
			return true;
	return false;
}

void frrd_ioproc_talk_abandon(const char *why)
{
	struct run *run;

	frr_each (runs, &runs, run) {
		if (!run->sent || run->failed)
			continue;
		run->failed = why;
		event_add_event(frrd_loop, run_failed, run, 0, &run->t_failed);
	}
}

static void take_done(const struct frrd_ipc_done *result)
{
	struct run *run = run_find(result->id);

	if (run && run->sent && !run->failed)
		run_end(run, result);
}

/* --- reading ---------------------------------------------------------------------- */

static void take_log(const struct frrd_ipc_log *log)
{
	if (log->priority <= LOG_ERR)
		zlog_err("frrd-io: %s", log->text);
	else if (log->priority == LOG_WARNING)
		zlog_warn("frrd-io: %s", log->text);
	else if (log->priority == LOG_NOTICE)
		zlog_notice("frrd-io: %s", log->text);
	else if (log->priority == LOG_INFO)
		zlog_info("frrd-io: %s", log->text);
	else
		zlog_debug("frrd-io: %s", log->text);
}

/* False: it is not what frrd-io may say. */
static bool take(struct frrd_ipc_message *message)
{
	struct frrd_ipc_result result;

	switch (message->type) {
	case FRRD_IPC_HELLO:
		if (frrd_ioproc_is_running())
			return false;
		talker->hello();
		frrd_ioproc_talk_write();
		return true;
	case FRRD_IPC_RESULTS:
		while (frrd_ipc_next_result(message, &result))
			handlers->result(&result);
		return true;
	case FRRD_IPC_RUN_DONE:
		take_done(&message->done);
		return true;
	case FRRD_IPC_PONG:
		return true;
	case FRRD_IPC_LOG:
		take_log(&message->log);
		return true;
	case FRRD_IPC_PROBE_SET:
	case FRRD_IPC_PROBE_DEL:
	case FRRD_IPC_RUN:
	case FRRD_IPC_RUN_KILL:
	case FRRD_IPC_PING:
	case FRRD_IPC_TYPES:
		break;
	}
	return false;
}

/* One message. False: there is none, or there is no socket any more. */
static bool read_one(void)
{
	ssize_t length = recv(sock, received, sizeof(received), MSG_DONTWAIT | MSG_TRUNC);
	struct frrd_ipc_message message;
	const char *wrong;
	char why[128];

	/* Its end is told by its pidfd, with the cause. */
	if (length <= 0)
		return false;
	wrong = length > (ssize_t)sizeof(received) ? "too long"
						   : frrd_ipc_decode(received, length, &message);
	if (!wrong && !take(&message))
		wrong = "not what frrd-io says";
	if (wrong) {
		snprintf(why, sizeof(why), "it sent a message that is not valid: %s", wrong);
		talker->broken(why);
		return false;
	}
	talker->heard();
	return sock >= 0;
}

void frrd_ioproc_talk_read(void)
{
	for (unsigned int i = 0; sock >= 0 && i < READ_MAX; i++)
		if (!read_one())
			return;
}

static bool at_end(void)
{
	char byte;

	return recv(sock, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

static void readable(struct event *event)
{
	frrd_ioproc_talk_read();
	/* At the end of the socket it would be readable for ever. */
	if (sock >= 0 && !at_end())
		event_add_read(frrd_loop, readable, NULL, sock, &t_read);
}

void frrd_ioproc_talk_open(int fd)
{
	sock = fd;
	event_add_read(frrd_loop, readable, NULL, sock, &t_read);
}

void frrd_ioproc_talk_close(void)
{
	EVENT_OFF(t_read);
	EVENT_OFF(t_write);
	queue_clear();
	sock = -1;
}

void frrd_ioproc_talk_init(const struct frrd_ioproc_handlers *h, const struct frrd_ioproc_talker *t)
{
	handlers = h;
	talker = t;
}

void frrd_ioproc_talk_fini(void)
{
	struct run *run;

	while ((run = runs_first(&runs)))
		run_end(run, NULL);
}
