// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers to a command that take a while; see frrd_vtyreply.h.
 *
 * libfrr knows CMD_SUSPEND for a vtysh session: it goes on reading and leaves the
 * four bytes of the result to the command.  There is no hook for the end of a
 * vty, so nothing here keeps a pointer to one.
 */

#include <zebra.h>

#include <poll.h>

#include "buffer.h"
#include "command.h"
#include "memory.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_vtyreply.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_VTYREPLY, "Later answer");

/* Somebody who does not read his answer does not keep it here for ever. */
#define UNREAD_LIMIT_MS 10000

struct frrd_vtyreply {
	int fd;
	bool terminal; /* telnet: CRLF, and a prompt at the end */
	bool gone;
	bool finished;
	bool filter; /* the command has "| include" */
	regex_t include;
	char prompt[128];
	struct buffer *text; /* not yet on its way */
	struct event *t_write;
	struct event *t_limit;
};

static void reply_free(struct frrd_vtyreply *reply)
{
	EVENT_OFF(reply->t_write);
	EVENT_OFF(reply->t_limit);
	if (reply->filter)
		regfree(&reply->include);
	buffer_free(reply->text);
	close(reply->fd);
	XFREE(MTYPE_FRRD_VTYREPLY, reply);
}

bool frrd_vtyreply_gone(struct frrd_vtyreply *reply)
{
	struct pollfd pfd = { .fd = reply->fd, .events = POLLRDHUP };

	if (!reply->gone && poll(&pfd, 1, 0) > 0)
		reply->gone = true;
	return reply->gone;
}

static void flush(struct frrd_vtyreply *reply);

static void write_ready(struct event *event)
{
	flush(EVENT_ARG(event));
}

static void limit_expired(struct event *event)
{
	reply_free(EVENT_ARG(event));
}

/* May free the reply, when it is finished. */
static void flush(struct frrd_vtyreply *reply)
{
	buffer_status_t status = BUFFER_ERROR;

	/* Asked first, because libfrr logs a failed write as an error. */
	if (!frrd_vtyreply_gone(reply))
		status = buffer_flush_available(reply->text, reply->fd);
	switch (status) {
	case BUFFER_PENDING:
		event_add_write(frrd_loop, write_ready, reply, reply->fd, &reply->t_write);
		return;
	case BUFFER_ERROR:
		reply->gone = true;
		buffer_reset(reply->text);
		break;
	case BUFFER_EMPTY:
		break;
	}
	if (reply->finished)
		reply_free(reply);
}

/* What the terminal has to show after the text, as vty_prompt() makes it. */
static void take_terminal(struct frrd_vtyreply *reply, struct vty *vty)
{
	const char *name = cmd_hostname_get();
	char *format = XSTRDUP(MTYPE_TMP, cmd_prompt(vty->node));
	char *rest = strstr(format, "%s");

	reply->terminal = true;
	if (rest) {
		*rest = '\0';
		snprintf(reply->prompt, sizeof(reply->prompt), "%s%s%s", format, name ? name : "",
			 rest + 2);
	}
	XFREE(MTYPE_TMP, format);
}

/* libfrr drops the filter when the command returns; from now on it is ours. */
static void take_filter(struct frrd_vtyreply *reply, struct vty *vty)
{
	reply->filter = vty->filter;
	reply->include = vty->include;
	vty->filter = false;
}

struct frrd_vtyreply *frrd_vtyreply_suspend(struct vty *vty)
{
	struct frrd_vtyreply *reply;
	int fd;

	if (vty->type != VTY_SHELL_SERV && vty->type != VTY_TERM) {
		vty_out(vty, "%% this command needs somebody who waits for its answer\n");
		return NULL;
	}
	/* Nothing of an earlier answer may overtake or follow this one. */
	if (vty->type == VTY_SHELL_SERV &&
	    buffer_flush_available(vty->obuf, vty->wfd) != BUFFER_EMPTY) {
		vty_out(vty, "%% earlier answers were not read yet\n");
		return NULL;
	}
	fd = fcntl(vty->wfd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0) {
		vty_out(vty, "%% cannot answer later: %s\n", safe_strerror(errno));
		return NULL;
	}
	reply = XCALLOC(MTYPE_FRRD_VTYREPLY, sizeof(*reply));
	reply->fd = fd;
	reply->text = buffer_new(0);
	if (vty->type == VTY_TERM)
		take_terminal(reply, vty);
	take_filter(reply, vty);
	/* A terminal has shown its prompt by now. */
	if (reply->terminal && !reply->filter)
		buffer_putstr(reply->text, "\r\n");
	return reply;
}

static void put(struct frrd_vtyreply *reply, const char *text)
{
	if (reply->terminal && !reply->filter)
		buffer_put_crlf(reply->text, text, strlen(text));
	else
		buffer_putstr(reply->text, text);
	/* A filter needs whole lines, so it gets all of them at the end. */
	if (!reply->filter)
		flush(reply);
}

void frrd_vtyreply_out(struct frrd_vtyreply *reply, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = vasprintfrr(MTYPE_TMP, format, args);
	va_end(args);
	put(reply, text);
	XFREE(MTYPE_TMP, text);
}

void frrd_vtyreply_json(struct frrd_vtyreply *reply, struct json_object *json)
{
	put(reply, json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
								JSON_C_TO_STRING_NOSLASHESCAPE));
	put(reply, "\n");
	json_object_free(json);
}

static void apply_filter(struct frrd_vtyreply *reply)
{
	char *all = buffer_getstr(reply->text);
	char *next = all;
	char *line;

	buffer_reset(reply->text);
	if (reply->terminal)
		buffer_putstr(reply->text, "\r\n");
	while ((line = strsep(&next, "\n")) && next) {
		if (regexec(&reply->include, line, 0, NULL, 0) != 0)
			continue;
		buffer_putstr(reply->text, line);
		buffer_putstr(reply->text, reply->terminal ? "\r\n" : "\n");
	}
	XFREE(MTYPE_TMP, all);
}

void frrd_vtyreply_finish(struct frrd_vtyreply *reply, int result)
{
	const uint8_t trailer[4] = { 0, 0, 0, (uint8_t)result };

	if (reply->filter)
		apply_filter(reply);
	if (reply->terminal)
		buffer_putstr(reply->text, reply->prompt);
	else
		buffer_put(reply->text, trailer, sizeof(trailer));
	reply->finished = true;
	event_add_timer_msec(frrd_loop, limit_expired, reply, UNREAD_LIMIT_MS, &reply->t_limit);
	flush(reply);
}
