/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of probes and their text leaves, as the model names them; private to
 * frrd_nb_probe.c (stores), frrd_nb_probe_check.c (the rules) and frrd_cli_probe.c.
 */
#ifndef FRRD_NB_PROBE_H
#define FRRD_NB_PROBE_H

#include "northbound.h"

#include "frrd/frrd_probe.h"

/* A kind: its container in the model, and the leaf without which it is nothing. */
struct frrd_nb_probe_kind {
	enum frrd_probe_kind kind;
	const char *name;   /* of the container, and of the command */
	const char *target; /* path from the probe */
	const char *line;   /* the command, for people */
};

/* Ends with an entry without a name. */
extern const struct frrd_nb_probe_kind frrd_nb_probe_kinds[];

/* The kind that the list entry of a probe says; NULL: none yet. */
extern const struct frrd_nb_probe_kind *frrd_nb_probe_kind_of(const struct lyd_node *probe);

/* Leaves that frrd-io gets as text. The model counts characters, a message bytes. */
struct frrd_nb_probe_text {
	const char *path; /* from the probe */
	size_t offset;	  /* in struct frrd_ipc_probe */
	size_t size;	  /* with the terminating zero */
};

/* Ends with an entry without a path. */
extern const struct frrd_nb_probe_text frrd_nb_probe_texts[];

/*
 * The leaf or container at a path ("./http/url") below a node, or NULL; and the value of
 * a leaf.
 */
extern const struct lyd_node *frrd_nb_probe_node(const struct lyd_node *dnode, const char *path);
extern const char *frrd_nb_probe_value(const struct lyd_node *dnode, const char *path);

#endif
