// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes of kind tcp: a connection can be opened.  Nothing is sent; the connection is
 * reset at once, so that neither side keeps it in TIME_WAIT.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frrd/io/io.h"

struct run {
	struct event *event;
	int fd;
};

static bool tcp_target(const struct frrd_ipc_probe *spec, void *data, char host[FRRD_IPC_HOST],
		       uint16_t *ret_port)
{
	memcpy(host, spec->host, FRRD_IPC_HOST);
	*ret_port = spec->port;
	return true;
}

static void reset(int fd)
{
	const struct linger at_once = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

static void end_run(struct io_probe *probe)
{
	struct run *run = io_probe_run(probe);

	io_probe_set_run(probe, NULL);
	event_free(run->event);
	reset(run->fd);
	free(run);
}

/* A reset comes only after the connection was there; before, it is "refused". */
static void report(struct io_probe *probe, int error)
{
	if (error && error != ECONNRESET)
		io_done(probe, false, "%s", strerror(error));
	else
		io_done(probe, true, "connected");
}

static void connected(evutil_socket_t fd, short what, void *arg)
{
	socklen_t length = sizeof(int);
	int error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length))
		error = errno;
	end_run(arg);
	report(arg, error);
}

/*
 * 0, EALREADY (it takes a while), or why not. A target on this machine has answered
 * before connect() returns EINPROGRESS; asking once more saves the wait for the event.
 */
static int connect_now(int fd, const struct sockaddr *addr, socklen_t addrlen)
{
	if (!connect(fd, addr, addrlen))
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	return connect(fd, addr, addrlen) ? errno : 0;
}

static void tcp_start(struct io_probe *probe, const struct sockaddr *addr, socklen_t addrlen)
{
	const char *what;
	struct run *run;
	int fd, error;

	fd = io_socket(io_probe_spec(probe), addr->sa_family, &what);
	if (fd < 0) {
		io_done(probe, false, "%s: %s", what, strerror(errno));
		return;
	}
	error = connect_now(fd, addr, addrlen);
	if (error != EALREADY) {
		reset(fd);
		report(probe, error);
		return;
	}
	run = calloc(1, sizeof(*run));
	if (run)
		run->event = event_new(io_base, fd, EV_WRITE, connected, probe);
	if (!run || !run->event || event_add(run->event, NULL)) {
		if (run && run->event)
			event_free(run->event);
		free(run);
		close(fd);
		report(probe, ENOMEM);
		return;
	}
	run->fd = fd;
	io_probe_set_run(probe, run);
}

const struct io_kind io_tcp = {
	.name = "tcp",
	.start = tcp_start,
	.cancel = end_run,
	.target = tcp_target,
};
