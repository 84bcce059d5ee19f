// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prefixes from prefix-lists; see frrd_plist.h.
 *
 * libfrr calls a hook for each entry that changes.  A list of thousands of
 * lines would be resolved thousands of times, so a change only starts a short
 * timer, and the lists are resolved when it has been quiet.
 */

#include <zebra.h>

#include "filter.h"
#include "log.h"
#include "plist.h"
#include "plist_int.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_map_route.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_plist.h"
#include "frrd/frrd_track.h"

#define QUIET_MS 50

static struct event *t_quiet;
static bool left_out; /* an entry, because its prefix belongs to somebody else */

static void resolve_all(struct event *event)
{
	struct frrd_grp *grp;

	left_out = false;
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (frrd_plists_count(&grp->plists)) {
			frrd_plist_resolve(grp);
			frrd_engine_prefixes_changed(grp);
		}
}

void frrd_plist_resolve_soon(void)
{
	EVENT_OFF(t_quiet);
	event_add_timer_msec(frrd_loop, resolve_all, NULL, QUIET_MS, &t_quiet);
}

void frrd_plist_prefix_free(void)
{
	if (left_out)
		frrd_plist_resolve_soon();
}

static void plist_changed(struct prefix_list *plist)
{
	frrd_plist_resolve_soon();
}

void frrd_plist_init(void)
{
	access_list_init(); /* brings the commands of both kinds of list */
	prefix_list_init();
	prefix_list_add_hook(plist_changed);
	prefix_list_delete_hook(plist_changed);
}

void frrd_plist_fini(void)
{
	EVENT_OFF(t_quiet);
	left_out = false;
	prefix_list_add_hook(NULL);
	prefix_list_delete_hook(NULL);
	prefix_list_reset();
	access_list_reset();
}

/* What the entry names is not for this group. */
static void leave_out(const struct frrd_grp *grp, struct frrd_plist_ref *ref,
		      const struct prefix *p, const char *kind, const char *owner)
{
	left_out = true;
	if (!ref->conflicts++)
		flog_warn(EC_FRRD_PLIST,
			  "group %s: prefix %pFX of prefix-list %s belongs to %s %s; it is left out",
			  grp->name, p, ref->name, kind, owner);
}

/* The rules of the configuration know no prefixes of lists. */
static void warn_twice(struct frrd_grp *grp, const struct frrd_image *image,
		       const struct frrd_plist_ref *ref)
{
	const struct frrd_route *route = frrd_route_find(&image->prefix);
	struct prefix original;

	if (!route || route->grp != grp || image->source != FRRD_SOURCE_PLIST ||
	    !((route->listed & FRRD_SOURCE_PLIST) || (route->sources & FRRD_SOURCE_PREFIX)))
		return;
	frrd_route_original(route, &original);
	if (!prefix_same(&original, &image->original))
		flog_warn(EC_FRRD_PLIST,
			  "group %s: %pFX of prefix-list %s and %pFX are both announced as %pFX here",
			  grp->name, &image->original, ref->name, &original, &image->prefix);
}

static void add_image(struct frrd_grp *grp, const struct frrd_image *image, void *arg)
{
	struct frrd_plist_ref *ref = arg;
	const struct frrd_trk *track = frrd_track_with(&image->prefix);
	struct frrd_grp *owner = NULL;

	if (track) {
		leave_out(grp, ref, &image->prefix, "track", track->name);
		return;
	}
	warn_twice(grp, image, ref);
	if (frrd_map_route_put(grp, image, &owner)) {
		ref->used += image->source == FRRD_SOURCE_PLIST;
		return;
	}
	leave_out(grp, ref, &image->prefix, "group", owner->name);
}

static void add_entry(struct frrd_grp *grp, struct frrd_plist_ref *ref, struct prefix_list *plist,
		      const struct prefix_list_entry *entry)
{
	if (entry->type != PREFIX_PERMIT)
		return;
	if (entry->any || entry->ge || entry->le) {
		ref->ranges++;
		return;
	}
	/* An earlier entry may deny it. */
	if (prefix_list_apply(plist, &entry->prefix) != PREFIX_PERMIT)
		return;
	frrd_map_images(grp, &entry->prefix, FRRD_SOURCE_PLIST, add_image, ref);
}

static void resolve_ref(struct frrd_grp *grp, struct frrd_plist_ref *ref)
{
	static const afi_t afis[] = { AFI_IP, AFI_IP6 };

	ref->used = ref->ranges = ref->conflicts = 0;
	for (size_t i = 0; i < array_size(afis); i++) {
		struct prefix_list *plist = prefix_list_lookup(afis[i], ref->name);

		if (!plist)
			continue;
		for (const struct prefix_list_entry *entry = plist->head; entry;
		     entry = entry->next)
			add_entry(grp, ref, plist, entry);
	}
	if (ref->ranges)
		flog_warn(EC_FRRD_PLIST,
			  "group %s: prefix-list %s has %u entries that name a range (any, ge, le); they are left out",
			  grp->name, ref->name, ref->ranges);
}

void frrd_plist_resolve(struct frrd_grp *grp)
{
	struct frrd_plist_ref *ref;

	frrd_map_routes_begin(grp);
	frr_each (frrd_plists, &grp->plists, ref)
		resolve_ref(grp, ref);
	frrd_map_routes_end(grp, FRRD_SOURCE_PLIST);
}
