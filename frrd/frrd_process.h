/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the whole process shares: the event loop and the privileges. */
#ifndef FRRD_PROCESS_H
#define FRRD_PROCESS_H

#include "privs.h"

#include "frrd_compat.h"

extern struct event_loop *frrd_loop;
extern struct zebra_privs_t frrd_privs;

#endif
