/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers to a command of a person that take a while: the command ends at once
 * with CMD_SUSPEND, the engine goes on, and text and result follow later.
 *
 *	struct frrd_vtyreply *reply = frrd_vtyreply_suspend(vty);
 *
 *	if (!reply)
 *		return CMD_WARNING;  // it has said why
 *	... keep the reply somewhere, start what takes a while ...
 *	return CMD_SUSPEND;
 *
 * and later, from the event loop, any number of
 *
 *	frrd_vtyreply_out(reply, "...\n");
 *
 * and exactly one
 *
 *	frrd_vtyreply_finish(reply, CMD_SUCCESS);
 *
 * A reply never refers to the vty, which may be closed meanwhile without a word:
 * it writes to a duplicate of its socket.  When the person has gone, text is
 * dropped, and frrd_vtyreply_finish() is due all the same.
 *
 * vtysh waits for the result and then goes on.  A terminal session of the daemon
 * itself (telnet) shows its prompt at once, and the text, and a new prompt, when
 * they come.  A command in a configuration file has nobody to answer to; there
 * frrd_vtyreply_suspend() refuses.
 */
#ifndef FRRD_VTYREPLY_H
#define FRRD_VTYREPLY_H

#include "json.h"
#include "vty.h"

struct frrd_vtyreply;

/*
 * Begin a later answer.  Call it before the command prints anything.  NULL when
 * this vty cannot be answered later; that was said on it.
 */
extern struct frrd_vtyreply *frrd_vtyreply_suspend(struct vty *vty);

/* Text for the person; sent as soon as the socket has room. */
extern void frrd_vtyreply_out(struct frrd_vtyreply *reply, const char *format, ...)
	PRINTFRR(2, 3);

/* A JSON object as vty_json() prints it; frees the object. */
extern void frrd_vtyreply_json(struct frrd_vtyreply *reply, struct json_object *json);

/* Has the person hung up?  Waiting any longer is of use to nobody then. */
extern bool frrd_vtyreply_gone(struct frrd_vtyreply *reply);

/*
 * End the answer with the command's result (CMD_SUCCESS, CMD_WARNING,
 * CMD_WARNING_CONFIG_FAILED: the one that makes `vtysh -c` fail).  The reply must
 * not be used any more; what is left of the text is sent in the background.
 */
extern void frrd_vtyreply_finish(struct frrd_vtyreply *reply, int result);

#endif
