/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hooks are joined here with those that call them and those that run programs. */
#ifndef FRRD_HOOK_JOIN_H
#define FRRD_HOOK_JOIN_H

/* From now on the steps of moves run hooks, by frrd-io. */
extern void frrd_hook_join(void);

#endif
