/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prefixes of groups that come from named prefix-lists. */
#ifndef FRRD_PLIST_H
#define FRRD_PLIST_H

struct frrd_grp;

extern void frrd_plist_init(void);
extern void frrd_plist_fini(void);

/*
 * Make the group's routes match its prefix-lists: every entry that names one
 * prefix (no ge, le, any) and that the list permits.  Entries that cannot be
 * used are counted in the reference and logged.
 */
extern void frrd_plist_resolve(struct frrd_grp *grp);

/* The same for all groups, in a moment: a track has taken a prefix. */
extern void frrd_plist_resolve_soon(void);

/* A prefix of a group or track is free again; entries left out because of it are looked at. */
extern void frrd_plist_prefix_free(void);

#endif
