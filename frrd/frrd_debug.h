/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debug switches: `debug subnet-mover [fsm|zebra|markers|config]`. */
#ifndef FRRD_DEBUG_H
#define FRRD_DEBUG_H

#include "debug.h"

extern struct debug frrd_dbg_fsm;    /* events, decisions, actions of groups */
extern struct debug frrd_dbg_zebra;  /* routes and tracking, message by message */
extern struct debug frrd_dbg_markers; /* markers that rise and fall, own and seen */
extern struct debug frrd_dbg_config; /* how lines become transactions */

/* Is the switch on? */
static inline bool frrd_debug_fsm(void)
{
	return DEBUG_MODE_CHECK(&frrd_dbg_fsm, DEBUG_MODE_ALL);
}

static inline bool frrd_debug_zebra(void)
{
	return DEBUG_MODE_CHECK(&frrd_dbg_zebra, DEBUG_MODE_ALL);
}

static inline bool frrd_debug_markers(void)
{
	return DEBUG_MODE_CHECK(&frrd_dbg_markers, DEBUG_MODE_ALL);
}

static inline bool frrd_debug_config(void)
{
	return DEBUG_MODE_CHECK(&frrd_dbg_config, DEBUG_MODE_ALL);
}

extern void frrd_debug_init(void);

#endif
