/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What vtysh has to know of frrd: the calls that scripts/vtysh-build puts into
 * the copies of FRR's vtysh sources. Everything else is in vtysh_frrd.c.
 */
#ifndef VTYSH_FRRD_H
#define VTYSH_FRRD_H

#include <stdbool.h>

struct vty;

/* Installs frrd's nodes and the commands that enter and leave them. */
void vtysh_frrd_init(void);

/*
 * Before the daemons are connected to. `boot` is true for vtysh -b, `daemon`
 * the name given with -d or NULL. May end the program: when -b -d frrd is asked
 * for and frrd reads a file of its own, there is nothing to do.
 */
void vtysh_frrd_before_connect(bool boot, const char *daemon);

/* True if this run leaves the client of that name alone. */
bool vtysh_frrd_skip_client(const char *name);

/*
 * True if the client of that name is frrd and frrd keeps its configuration in
 * a file of its own, so that its lines do not belong into frr.conf.
 */
bool vtysh_frrd_own_file(const char *name);

/*
 * True if the installed vtysh is this program. watchfrr, asked to write the
 * integrated file, runs the installed one.
 */
bool vtysh_frrd_is_installed_vtysh(void);

/*
 * Reading a file: before a line is read, and after. The first says whether the
 * line has to be left out, and then has told the user.
 */
bool vtysh_frrd_skip_line(struct vty *vty, int line_number);
void vtysh_frrd_line_read(struct vty *vty, int result);

#endif /* VTYSH_FRRD_H */
