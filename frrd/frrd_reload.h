/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the configuration file again on SIGHUP. */
#ifndef FRRD_RELOAD_H
#define FRRD_RELOAD_H

/*
 * Make the running configuration equal to frrd's own file.  All or nothing:
 * with one bad line nothing changes, and the log names line and reason.  Routes
 * of groups that are the same before and after are not touched.
 */
extern void frrd_reload(void);

#endif
