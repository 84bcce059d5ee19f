// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client of the vty sockets of other daemons; see frrd_vtyclient.h.
 *
 * The protocol is vtysh's: a command ends with a zero byte, its answer with three
 * zero bytes and the command's result.  Text has no zero bytes in it.
 */

#include <zebra.h>

#include <sys/un.h>

#include "libfrr.h"
#include "memory.h"
#include "network.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_vtyclient.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_VTYCLIENT, "Client of a daemon's vty");
DEFINE_MTYPE_STATIC(FRRD, FRRD_VTYCLIENT_TEXT, "Question to or answer of a daemon");

#define TRAILER_SIZE 4
#define READ_SIZE 16384
/* Until it is tried again, when too many wait for the daemon to take their connection. */
#define CONNECT_AGAIN_MS 20

struct question {
	char *command;
	char *answer; /* NULL: none yet, or too large */
};

struct frrd_vtyclient {
	char daemon[16];
	int fd;
	frrd_vtyclient_done done;
	void *arg;

	struct question *questions; /* the first one is "enable" */
	size_t count;
	size_t current;
	size_t sent; /* bytes of the current command that are on their way */

	char *text; /* of the answer that is coming in */
	size_t length;
	size_t size;
	size_t trailer; /* bytes of the trailer that have come in */
	bool too_large;

	char error[160];
	unsigned int timeout_ms;
	struct event *t_read;
	struct event *t_write;
	struct event *t_connect;
	struct event *t_timeout;
	struct event *t_done;
};

const char *frrd_vtyclient_error(const struct frrd_vtyclient *client)
{
	return client->error[0] ? client->error : NULL;
}

const char *frrd_vtyclient_answer(const struct frrd_vtyclient *client, size_t index)
{
	return index + 1 < client->count ? client->questions[index + 1].answer : NULL;
}

static void disconnect(struct frrd_vtyclient *client)
{
	EVENT_OFF(client->t_read);
	EVENT_OFF(client->t_write);
	EVENT_OFF(client->t_connect);
	EVENT_OFF(client->t_timeout);
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

void frrd_vtyclient_cancel(struct frrd_vtyclient *client)
{
	disconnect(client);
	EVENT_OFF(client->t_done);
	for (size_t i = 0; i < client->count; i++) {
		XFREE(MTYPE_FRRD_VTYCLIENT_TEXT, client->questions[i].command);
		XFREE(MTYPE_FRRD_VTYCLIENT_TEXT, client->questions[i].answer);
	}
	XFREE(MTYPE_FRRD_VTYCLIENT_TEXT, client->questions);
	XFREE(MTYPE_FRRD_VTYCLIENT_TEXT, client->text);
	XFREE(MTYPE_FRRD_VTYCLIENT, client);
}

static void done_event(struct event *event)
{
	struct frrd_vtyclient *client = EVENT_ARG(event);

	client->done(client, client->arg);
	frrd_vtyclient_cancel(client);
}

static void finish(struct frrd_vtyclient *client)
{
	disconnect(client);
	event_add_event(frrd_loop, done_event, client, 0, &client->t_done);
}

static void fail(struct frrd_vtyclient *client, const char *what)
{
	snprintf(client->error, sizeof(client->error), "%s %s", client->daemon, what);
	finish(client);
}

static void timeout_expired(struct event *event)
{
	struct frrd_vtyclient *client = EVENT_ARG(event);
	char what[64];

	snprintf(what, sizeof(what), "has not answered within %u ms", client->timeout_ms);
	fail(client, what);
}

static void read_ready(struct event *event);

static void write_ready(struct event *event)
{
	struct frrd_vtyclient *client = EVENT_ARG(event);
	const char *command = client->questions[client->current].command;
	size_t total = strlen(command) + 1; /* with the zero byte */
	ssize_t n;

	n = send(client->fd, command + client->sent, total - client->sent, MSG_NOSIGNAL);
	if (n < 0 && !ERRNO_IO_RETRY(errno))
		return fail(client, "has closed the connection");
	if (n > 0)
		client->sent += n;
	if (client->sent < total)
		event_add_write(frrd_loop, write_ready, client, client->fd, &client->t_write);
	else
		event_add_read(frrd_loop, read_ready, client, client->fd, &client->t_read);
}

static void ask_next(struct frrd_vtyclient *client)
{
	client->sent = 0;
	client->length = 0;
	client->trailer = 0;
	client->too_large = false;
	event_add_write(frrd_loop, write_ready, client, client->fd, &client->t_write);
}

static void keep(struct frrd_vtyclient *client, const char *data, size_t length)
{
	if (client->length + length > FRRD_VTYCLIENT_ANSWER_MAX)
		client->too_large = true;
	if (client->too_large)
		return;
	if (client->length + length + 1 > client->size) {
		client->size = MAX(client->size * 2, client->length + length + 1);
		client->text = XREALLOC(MTYPE_FRRD_VTYCLIENT_TEXT, client->text, client->size);
	}
	memcpy(client->text + client->length, data, length);
	client->length += length;
}

static void answered(struct frrd_vtyclient *client)
{
	if (!client->too_large) {
		keep(client, "", 1);
		client->questions[client->current].answer = XSTRDUP(MTYPE_FRRD_VTYCLIENT_TEXT,
								    client->text);
	}
	client->current++;
	if (client->current == client->count)
		finish(client);
	else
		ask_next(client);
}

static void read_ready(struct event *event)
{
	struct frrd_vtyclient *client = EVENT_ARG(event);
	char data[READ_SIZE];
	size_t text = 0;
	ssize_t n;

	n = read(client->fd, data, sizeof(data));
	if (n == 0 || (n < 0 && !ERRNO_IO_RETRY(errno)))
		return fail(client, "has closed the connection");
	if (n > 0 && !client->trailer) {
		text = strnlen(data, n);
		keep(client, data, text);
	}
	if (n > 0)
		client->trailer += n - text;
	if (client->trailer < TRAILER_SIZE)
		event_add_read(frrd_loop, read_ready, client, client->fd, &client->t_read);
	else
		answered(client);
}

static int open_socket(const char *daemon)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if ((size_t)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/%s.vty", frr_vtydir,
			     daemon) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int err = errno;

		close(fd);
		return -err;
	}
	return fd;
}

static void connect_now(struct event *event)
{
	struct frrd_vtyclient *client = EVENT_ARG(event);
	char what[96];

	client->fd = open_socket(client->daemon);
	if (client->fd >= 0) {
		ask_next(client);
	} else if (client->fd == -EAGAIN) {
		event_add_timer_msec(frrd_loop, connect_now, client, CONNECT_AGAIN_MS,
				     &client->t_connect);
	} else if (client->fd == -ENOENT || client->fd == -ECONNREFUSED) {
		fail(client, "does not run");
	} else {
		snprintf(what, sizeof(what), "cannot be reached: %s", safe_strerror(-client->fd));
		fail(client, what);
	}
}

struct frrd_vtyclient *frrd_vtyclient_ask(const char *daemon, const char *const *commands,
					  size_t count, unsigned int timeout_ms,
					  frrd_vtyclient_done done, void *arg)
{
	struct frrd_vtyclient *client = XCALLOC(MTYPE_FRRD_VTYCLIENT, sizeof(*client));

	strlcpy(client->daemon, daemon, sizeof(client->daemon));
	client->done = done;
	client->arg = arg;
	client->timeout_ms = timeout_ms;
	client->count = count + 1;
	client->questions = XCALLOC(MTYPE_FRRD_VTYCLIENT_TEXT,
				    client->count * sizeof(*client->questions));
	client->questions[0].command = XSTRDUP(MTYPE_FRRD_VTYCLIENT_TEXT, "enable");
	for (size_t i = 0; i < count; i++)
		client->questions[i + 1].command = XSTRDUP(MTYPE_FRRD_VTYCLIENT_TEXT, commands[i]);
	client->fd = -1;
	event_add_timer_msec(frrd_loop, timeout_expired, client, timeout_ms, &client->t_timeout);
	event_add_event(frrd_loop, connect_now, client, 0, &client->t_connect);
	return client;
}
