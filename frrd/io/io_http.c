// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * http probes: one request over a connection of its own, in clear or over TLS. What is
 * asked is in io_http_url.c, how the answer is read in io_http_answer.c.
 *
 * A run goes through three phases. In each it tries, and where the socket or TLS says
 * "not now" it waits for what was named and tries again. Redirects are not followed:
 * 30x is a status like any other.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event_struct.h>
#include <openssl/err.h>

#include "frrd/io/io.h"
#include "frrd/io/io_http.h"
#include "frrd/io/io_http_answer.h"
#include "frrd/io/io_tls.h"

/* What a server may send in one turn of the loop, so that a fast one stops no other. */
#define TURN_MAX 16384

/* Of a configuration. */
struct http_data {
	struct io_http_url url;
	struct io_http_status status;
	struct io_match match;
	struct io_tls *tls; /* NULL: http */
	char tls_name[FRRD_IPC_HOST]; /* what the certificate is for */
	size_t request_length;
	char request[IO_HTTP_REQUEST];
};

enum http_phase {
	HTTP_CONNECTING,
	HTTP_HANDSHAKE,
	HTTP_SENDING,
	HTTP_READING,
};

struct http_run {
	struct io_probe *probe;
	int fd;
	SSL *ssl; /* NULL: http */
	enum http_phase phase;
	size_t sent;
	struct event event; /* of what the run waits for */
	struct io_answer answer;
};

/* What came of one try. */
enum http_try {
	TRY_DONE,
	TRY_EOF,
	TRY_WAITS, /* the event is set */
	TRY_ENDED, /* the run has ended */
};

static void http_step(evutil_socket_t fd, short what, void *arg);

static void http_release(void *arg)
{
	struct http_data *data = arg;

	if (data)
		io_tls_release(data->tls);
	free(data);
}

static const char *prepare_texts(const struct frrd_ipc_probe *spec, struct http_data *data)
{
	const char *error = io_http_url_parse(spec->url, &data->url);

	if (!error)
		error = io_http_status_parse(spec->status, &data->status);
	if (!error && *spec->host_header && !io_http_host_valid(spec->host_header))
		error = "the host header is not a name or an address";
	if (!error && spec->head && *spec->body_match)
		error = "an answer to HEAD has no body that could be matched";
	return error;
}

static const char *http_prepare(const struct frrd_ipc_probe *spec, void **ret_data, char *reason)
{
	struct http_data *data = calloc(1, sizeof(*data));
	const char *error;

	if (!data)
		return "no memory";
	error = prepare_texts(spec, data);
	if (!error && data->url.tls) {
		snprintf(data->tls_name, sizeof(data->tls_name), "%s",
			 *spec->tls_name ? spec->tls_name : data->url.host);
		data->tls = io_tls_get(spec);
		if (!data->tls)
			error = "no memory";
	}
	if (error) {
		http_release(data);
		return error;
	}
	io_match_prepare(&data->match, spec->body_match);
	data->request_length = io_http_request(data->request, &data->url, spec->head, spec->host_header);
	*ret_data = data;
	return NULL;
}

static bool http_target(const struct frrd_ipc_probe *spec, void *arg, char host[FRRD_IPC_HOST],
			uint16_t *ret_port)
{
	const struct http_data *data = arg;

	memcpy(host, data->url.host, FRRD_IPC_HOST);
	*ret_port = data->url.port;
	return true;
}

static void http_free(struct http_run *run)
{
	io_probe_set_run(run->probe, NULL);
	event_del(&run->event);
	if (run->ssl && SSL_is_init_finished(run->ssl)) {
		/* A last word for the server's log; whether it arrives does not matter. */
		SSL_shutdown(run->ssl);
		ERR_clear_error();
	}
	SSL_free(run->ssl);
	close(run->fd);
	free(run);
}

static void http_cancel(struct io_probe *probe)
{
	if (io_probe_run(probe))
		http_free(io_probe_run(probe));
}

static enum http_try http_bad(struct http_run *run, const char *text)
{
	struct io_probe *probe = run->probe;
	char copy[FRRD_IPC_TEXT];

	snprintf(copy, sizeof(copy), "%s", text);
	http_free(run);
	io_done(probe, false, "%s", copy);
	return TRY_ENDED;
}

static enum http_try http_errno(struct http_run *run, int error)
{
	static const char *const where[] = {
		[HTTP_CONNECTING] = "connect",
		[HTTP_HANDSHAKE] = "TLS handshake",
		[HTTP_SENDING] = "sending the request",
		[HTTP_READING] = "reading the answer",
	};
	char text[FRRD_IPC_TEXT];

	snprintf(text, sizeof(text), "%s: %s", where[run->phase], strerror(error));
	return http_bad(run, text);
}

/* The answer is whole, or as much of it as is needed. */
static enum http_try http_judge(struct http_run *run)
{
	const struct http_data *data = io_probe_data(run->probe);
	unsigned int status = run->answer.status;
	struct io_probe *probe = run->probe;
	bool matched = run->answer.matched, good = io_http_status_has(&data->status, status);
	bool cut = run->answer.body == IO_ANSWER_BODY;

	http_free(run);
	if (!good || matched)
		io_done(probe, good, "HTTP %u", status);
	else
		io_done(probe, false, "HTTP %u, but the text is not in the %sbody", status,
			cut ? "first 64 KiB of the " : "");
	return TRY_ENDED;
}

/* Waits for the socket to be readable or writable. */
static enum http_try http_wait(struct http_run *run, short what)
{
	event_del(&run->event);
	if (event_assign(&run->event, io_base, run->fd, what, http_step, run) < 0 ||
	    event_add(&run->event, NULL) < 0)
		return http_bad(run, "no memory");
	return TRY_WAITS;
}

/* After a call of OpenSSL that did not succeed. */
static enum http_try http_tls_result(struct http_run *run, int result, int saved_errno)
{
	int code = SSL_get_error(run->ssl, result);
	char reason[FRRD_IPC_TEXT];

	if (code == SSL_ERROR_WANT_READ)
		return http_wait(run, EV_READ);
	if (code == SSL_ERROR_WANT_WRITE)
		return http_wait(run, EV_WRITE);
	if (code == SSL_ERROR_ZERO_RETURN)
		return TRY_EOF;
	io_tls_reason(run->ssl, code, saved_errno, reason);
	return http_bad(run, reason);
}

static enum http_try http_connected(struct http_run *run)
{
	socklen_t length = sizeof(int);
	int error = 0;

	if (getsockopt(run->fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0)
		error = errno;
	if (error)
		return http_errno(run, error);
	run->phase = run->ssl ? HTTP_HANDSHAKE : HTTP_SENDING;
	return TRY_DONE;
}

static enum http_try http_handshake(struct http_run *run)
{
	int result;

	ERR_clear_error();
	errno = 0;
	result = SSL_do_handshake(run->ssl);
	if (result != 1) {
		enum http_try try = http_tls_result(run, result, errno);

		return try == TRY_EOF ? http_bad(run, "TLS: the connection was closed") : try;
	}
	run->phase = HTTP_SENDING;
	return TRY_DONE;
}

static enum http_try http_send(struct http_run *run)
{
	const struct http_data *data = io_probe_data(run->probe);

	while (run->sent < data->request_length) {
		const char *rest = data->request + run->sent;
		size_t length = data->request_length - run->sent;
		ssize_t n;

		errno = 0;
		if (run->ssl) {
			ERR_clear_error();
			n = SSL_write(run->ssl, rest, length);
		} else {
			n = send(run->fd, rest, length, MSG_NOSIGNAL);
		}
		if (n > 0) {
			run->sent += n;
		} else if (run->ssl) {
			enum http_try try = http_tls_result(run, n, errno);

			return try == TRY_EOF ? http_bad(run, "TLS: the connection was closed") : try;
		} else if (errno == EAGAIN) {
			return http_wait(run, EV_WRITE);
		} else if (errno != EINTR) {
			return http_errno(run, errno);
		}
	}
	run->phase = HTTP_READING;
	/* No answer is that fast. TLS may hold something already, which makes no socket readable. */
	return run->ssl ? TRY_DONE : http_wait(run, EV_READ);
}

/* One piece of the answer. */
static enum http_try http_read_some(struct http_run *run, char *buffer, size_t size, size_t *ret_length)
{
	ssize_t n;

	errno = 0;
	if (run->ssl) {
		ERR_clear_error();
		n = SSL_read(run->ssl, buffer, size);
		if (n <= 0)
			return http_tls_result(run, n, errno);
	} else {
		n = recv(run->fd, buffer, size, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return http_wait(run, EV_READ);
		if (n < 0)
			return http_errno(run, errno);
		if (n == 0)
			return TRY_EOF;
	}
	*ret_length = n;
	return TRY_DONE;
}

static enum http_try http_read(struct http_run *run)
{
	const struct http_data *data = io_probe_data(run->probe);
	enum io_answer_result result = IO_ANSWER_MORE;
	char buffer[4096];

	for (size_t turn = 0; result == IO_ANSWER_MORE;) {
		size_t length = 0;
		enum http_try try = http_read_some(run, buffer, sizeof(buffer), &length);

		if (try == TRY_WAITS || try == TRY_ENDED)
			return try;
		result = try == TRY_EOF ? io_answer_eof(&run->answer)
					: io_answer_feed(&run->answer, buffer, length);
		/* The status alone decides where it is not wanted: the body says no more. */
		if (run->answer.header_done && !io_http_status_has(&data->status, run->answer.status))
			return http_judge(run);
		turn += length;
		if (result == IO_ANSWER_MORE && turn >= TURN_MAX) {
			/* What TLS holds already makes no socket readable. */
			if (http_wait(run, EV_READ) == TRY_ENDED)
				return TRY_ENDED;
			event_active(&run->event, EV_READ, 0);
			return TRY_WAITS;
		}
	}
	return result == IO_ANSWER_WHOLE ? http_judge(run) : http_bad(run, run->answer.error);
}

static void http_step(evutil_socket_t fd, short what, void *arg)
{
	struct http_run *run = arg;
	enum http_try try = TRY_DONE;

	/* Each phase goes to the next by TRY_DONE; the last one never says it. */
	while (try == TRY_DONE) {
		switch (run->phase) {
		case HTTP_CONNECTING:
			try = http_connected(run);
			break;
		case HTTP_HANDSHAKE:
			try = http_handshake(run);
			break;
		case HTTP_SENDING:
			try = http_send(run);
			break;
		case HTTP_READING:
			try = http_read(run);
			break;
		}
	}
}

/* A run with its socket and, for https, TLS; NULL: the run has ended. */
static struct http_run *http_begin(struct io_probe *probe, int family)
{
	const struct http_data *data = io_probe_data(probe);
	const struct frrd_ipc_probe *spec = io_probe_spec(probe);
	struct http_run *run = calloc(1, sizeof(*run));
	char reason[FRRD_IPC_TEXT];
	const char *what = "";

	if (!run) {
		io_done(probe, false, "no memory");
		return NULL;
	}
	run->probe = probe;
	run->fd = io_socket(spec, family, &what);
	if (run->fd < 0) {
		int error = errno;

		free(run);
		io_done(probe, false, "%s: %s", what, strerror(error));
		return NULL;
	}
	event_assign(&run->event, io_base, run->fd, EV_WRITE, http_step, run);
	io_probe_set_run(probe, run);
	io_answer_begin(&run->answer, spec->head, &data->match);
	if (!data->tls)
		return run;
	run->ssl = io_tls_connection(data->tls, run->fd, data->tls_name, reason);
	if (run->ssl)
		return run;
	http_bad(run, reason);
	return NULL;
}

static void http_start(struct io_probe *probe, const struct sockaddr *addr, socklen_t addrlen)
{
	struct http_run *run = http_begin(probe, addr->sa_family);

	if (!run)
		return;
	if (connect(run->fd, addr, addrlen) < 0 && errno != EINPROGRESS)
		http_errno(run, errno);
	else
		http_wait(run, EV_WRITE);
}

const struct io_kind io_http = {
	.name = "http",
	.prepare = http_prepare,
	.release = http_release,
	.start = http_start,
	.cancel = http_cancel,
	.target = http_target,
};
