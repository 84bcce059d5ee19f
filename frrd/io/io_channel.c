// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The connection to frrd; see io_channel.h.
 *
 * What goes out waits in one of two places: results with their probes, of which each
 * keeps its newest (io_sched.c), and everything else in a queue. One encoded message is
 * on its way at a time. While the queue is long nothing is read from frrd, so that frrd
 * cannot make it longer: memory is bounded, and nothing but log lines and old results is
 * ever dropped.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/queue.h>

#include <event2/util.h>

#include "frrd/io/io.h"
#include "frrd/io/io_channel.h"
#include "frrd/io/io_main.h"
#include "frrd/io/io_run.h"
#include "frrd/io/io_sched.h"
#include "frrd/io/io_text.h"

#define QUEUE_MAX  64 /* messages; more are accepted, but no more is read from frrd */
#define LOG_MAX	   32 /* log lines in the queue; further ones are dropped */
#define READ_BATCH 64 /* messages read before the other events have their turn */

struct packet {
	TAILQ_ENTRY(packet) item;
	bool is_log;
	size_t length;
	uint8_t data[];
};

static TAILQ_HEAD(packets, packet) queue = TAILQ_HEAD_INITIALIZER(queue);
static unsigned int queued, queued_logs;
static bool pong_due; /* the newest number is what frrd waits for */
static uint32_t pong_number;

static int channel_fd = -1;
static struct event *read_event, *write_event, *flush_event;
static bool writing;			  /* write_event is added: the socket was full */
static struct frrd_ipc_buffer outgoing;	  /* on its way; length 0: none is */
static uint8_t incoming[FRRD_IPC_MAX];
static struct frrd_ipc_message message;

/* --- out ------------------------------------------------------------------------ */

static void enqueue(const struct frrd_ipc_buffer *buffer, bool is_log)
{
	struct packet *packet;

	if (!buffer->length || (is_log && queued_logs >= LOG_MAX))
		return;
	packet = malloc(sizeof(*packet) + buffer->length);
	if (!packet) {
		/* An answer that is lost would leave frrd waiting. */
		io_end(1);
		return;
	}
	packet->is_log = is_log;
	packet->length = buffer->length;
	memcpy(packet->data, buffer->data, buffer->length);
	TAILQ_INSERT_TAIL(&queue, packet, item);
	queued++;
	queued_logs += is_log;
	if (queued == QUEUE_MAX && read_event)
		event_del(read_event);
	io_channel_kick();
}

static void dequeue(struct frrd_ipc_buffer *buffer)
{
	struct packet *packet = TAILQ_FIRST(&queue);

	TAILQ_REMOVE(&queue, packet, item);
	if (queued-- == QUEUE_MAX && read_event)
		event_add(read_event, NULL);
	queued_logs -= packet->is_log;
	if (buffer) {
		memcpy(buffer->data, packet->data, packet->length);
		buffer->length = packet->length;
	}
	free(packet);
}

/* Encode what goes next; false: nothing has to go. */
static bool next_message(void)
{
	if (pong_due) {
		pong_due = false;
		return frrd_ipc_put_number(&outgoing, FRRD_IPC_PONG, pong_number);
	}
	if (!TAILQ_EMPTY(&queue)) {
		dequeue(&outgoing);
		return true;
	}
	return io_sched_results(&outgoing);
}

static void flush(void)
{
	while (outgoing.length || next_message()) {
		if (send(channel_fd, outgoing.data, outgoing.length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
			outgoing.length = 0;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN || errno == ENOBUFS) {
			writing = true;
			event_add(write_event, NULL);
			return;
		}
		outgoing.length = 0;
		if (errno != EPIPE && errno != ECONNRESET)
			fprintf(stderr, "frrd-io: writing to frrd: %s\n", strerror(errno));
		io_end(0);
		return;
	}
}

static void writable(evutil_socket_t fd, short what, void *arg)
{
	writing = false;
	flush();
}

static void end_of_turn(evutil_socket_t fd, short what, void *arg)
{
	if (!writing)
		flush();
}

/* Behind everything that is active now, so that what comes up in this turn goes together. */
void io_channel_kick(void)
{
	if (flush_event && !writing)
		event_active(flush_event, 0, 0);
}

void io_channel_done(const struct frrd_ipc_done *done)
{
	static struct frrd_ipc_buffer buffer;

	const struct frrd_ipc_done lost = { .id = done->id, .end = FRRD_IPC_NOT_RUN };

	/* frrd waits for it, whatever is wrong with it. */
	if (!frrd_ipc_put_done(&buffer, done))
		frrd_ipc_put_done(&buffer, &lost);
	enqueue(&buffer, false);
}

void io_log(int priority, const char *format, ...)
{
	static struct frrd_ipc_buffer buffer;
	char text[FRRD_IPC_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (channel_fd < 0) {
		fprintf(stderr, "frrd-io: %s\n", text);
		return;
	}
	io_text_printable(text);
	if (frrd_ipc_put_log(&buffer, priority, text))
		enqueue(&buffer, true);
}

/* --- in ------------------------------------------------------------------------- */

/* Returns what is wrong with it, or NULL. */
static const char *take(size_t length)
{
	const char *fault = frrd_ipc_decode(incoming, length, &message);

	if (fault)
		return fault;
	switch (message.type) {
	case FRRD_IPC_PROBE_SET:
		io_sched_set(&message.probe);
		return NULL;
	case FRRD_IPC_PROBE_DEL:
		io_sched_del(message.probe.id);
		return NULL;
	case FRRD_IPC_RUN:
		io_run_begin(&message.run);
		return NULL;
	case FRRD_IPC_RUN_KILL:
		io_run_kill(message.run.id);
		return NULL;
	case FRRD_IPC_PING:
		pong_due = true;
		pong_number = message.number;
		io_channel_kick();
		return NULL;
	case FRRD_IPC_HELLO:
	case FRRD_IPC_RESULTS:
	case FRRD_IPC_RUN_DONE:
	case FRRD_IPC_PONG:
	case FRRD_IPC_LOG:
	case FRRD_IPC_TYPES:
		break;
	}
	return "this message goes the other way";
}

/* One message; false: there is none, or the end has come. */
static bool receive(void)
{
	const char *fault;
	ssize_t length;

	/* MSG_TRUNC: the real length, also of what does not fit. */
	length = recv(channel_fd, incoming, sizeof(incoming), MSG_DONTWAIT | MSG_TRUNC);
	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (length <= 0) {
		io_end(0);
		return false;
	}
	fault = take(length);
	if (!fault)
		return true;
	fprintf(stderr, "frrd-io: a message of frrd is not valid: %s\n", fault);
	io_end(1);
	return false;
}

static void readable(evutil_socket_t fd, short what, void *arg)
{
	for (int i = 0; i < READ_BATCH && queued < QUEUE_MAX; i++) {
		if (!receive())
			return;
	}
}

/* --- begin and end ---------------------------------------------------------------- */

bool io_channel_init(int fd)
{
	const struct frrd_ipc_hello hello = { .pid = getpid() };
	int type = 0;
	socklen_t length = sizeof(type);
	struct frrd_ipc_buffer *buffer;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length))
		return false;
	if (type != SOCK_SEQPACKET) {
		errno = EPROTOTYPE;
		return false;
	}
	if (evutil_make_socket_nonblocking(fd))
		return false;
	read_event = event_new(io_base, fd, EV_READ | EV_PERSIST, readable, NULL);
	write_event = event_new(io_base, fd, EV_WRITE, writable, NULL);
	flush_event = event_new(io_base, -1, 0, end_of_turn, NULL);
	buffer = malloc(sizeof(*buffer));
	if (!read_event || !write_event || !flush_event || !buffer || event_add(read_event, NULL)) {
		free(buffer);
		errno = ENOMEM;
		return false;
	}
	channel_fd = fd;
	frrd_ipc_put_hello(buffer, &hello);
	enqueue(buffer, false);
	free(buffer);
	return true;
}

static void free_event(struct event **event)
{
	if (*event)
		event_free(*event);
	*event = NULL;
}

void io_channel_finish(void)
{
	free_event(&read_event);
	free_event(&write_event);
	free_event(&flush_event);
	while (!TAILQ_EMPTY(&queue))
		dequeue(NULL);
}
