// SPDX-License-Identifier: GPL-2.0-or-later
/* Tracks: objects, and whether they are up; see frrd_track.h. Their routes: frrd_track_sync.c. */

#include <zebra.h>

#include "log.h"
#include "memory.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_plist.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_track.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_TRACK, "Track");
DEFINE_MTYPE_STATIC(FRRD, FRRD_TRACK_PREFIX, "Prefix of a track");

/* The track of this name, whether or not it waits for its end. */
static struct frrd_trk *track_lookup(const char *name)
{
	struct frrd_trk key = {};

	strlcpy(key.name, name, sizeof(key.name));
	return frrd_tracks_find(&frrd_config.tracks, &key);
}

struct frrd_trk *frrd_track_find(const char *name)
{
	struct frrd_trk *track = track_lookup(name);

	return track && !track->removed ? track : NULL;
}

struct frrd_trk *frrd_track_add(const char *name)
{
	struct frrd_trk *track = track_lookup(name);

	if (!track) {
		track = XCALLOC(MTYPE_FRRD_TRACK, sizeof(*track));
		strlcpy(track->name, name, sizeof(track->name));
		frrd_probe_refs_init(&track->use.refs);
		frrd_track_prefixes_init(&track->prefixes);
		frrd_tracks_add(&frrd_config.tracks, track);
	}
	track->removed = false;
	track->state = FRRD_HEALTH_UNKNOWN;
	track->since_ms = frrd_now_ms();
	frrd_track_touch(track);
	return track;
}

static struct frrd_track_prefix *prefix_find(struct frrd_trk *track, const struct prefix *p)
{
	struct frrd_track_prefix key = { .prefix = *p };

	return frrd_track_prefixes_find(&track->prefixes, &key);
}

const struct frrd_trk *frrd_track_with(const struct prefix *p)
{
	struct frrd_trk *track;

	frr_each (frrd_tracks, &frrd_config.tracks, track)
		if (prefix_find(track, p))
			return track;
	return NULL;
}

void frrd_track_prefix_add(struct frrd_trk *track, const struct prefix *p)
{
	struct frrd_track_prefix *tp = prefix_find(track, p);

	frrd_track_touch(track);
	if (tp) {
		tp->removed = false;
		return;
	}
	tp = XCALLOC(MTYPE_FRRD_TRACK_PREFIX, sizeof(*tp));
	prefix_copy(&tp->prefix, p);
	frrd_track_prefixes_add(&track->prefixes, tp);
	frrd_plist_resolve_soon(); /* a group may have it from a prefix-list */
}

void frrd_track_prefix_del(struct frrd_trk *track, const struct prefix *p)
{
	struct frrd_track_prefix *tp = prefix_find(track, p);

	if (tp)
		tp->removed = true;
	frrd_track_touch(track);
}

void frrd_track_prefix_free(struct frrd_trk *track, struct frrd_track_prefix *tp)
{
	frrd_track_prefixes_del(&track->prefixes, tp);
	XFREE(MTYPE_FRRD_TRACK_PREFIX, tp);
	frrd_plist_prefix_free();
}

void frrd_track_touch(struct frrd_trk *track)
{
	track->touched = true;
}

static void forget_config(struct frrd_trk *track)
{
	frrd_probe_use_clear(&track->use);
	XFREE(MTYPE_TMP, track->description);
	memset(&track->nexthop, 0, sizeof(track->nexthop));
	track->metric = 0;
}

void frrd_track_del(struct frrd_trk *track)
{
	struct frrd_track_prefix *tp;

	frr_each (frrd_track_prefixes, &track->prefixes, tp)
		tp->removed = true;
	forget_config(track);
	track->removed = true;
	frrd_track_touch(track);
}

static void track_free(struct frrd_trk *track)
{
	struct frrd_track_prefix *tp;

	while ((tp = frrd_track_prefixes_first(&track->prefixes)))
		frrd_track_prefix_free(track, tp);
	forget_config(track);
	frrd_probe_refs_fini(&track->use.refs);
	frrd_track_prefixes_fini(&track->prefixes);
	frrd_tracks_del(&frrd_config.tracks, track);
	XFREE(MTYPE_FRRD_TRACK, track);
}

void frrd_track_release(struct frrd_trk *track)
{
	if (track->removed && !frrd_track_prefixes_count(&track->prefixes))
		track_free(track);
}

void frrd_track_evaluate(struct frrd_trk *track)
{
	enum frrd_health before = track->state;

	track->state = frrd_track_word(track);
	if (track->state != before) {
		track->since_ms = frrd_now_ms();
		track->changes++;
		zlog_notice("track %s: %s -> %s", track->name, frrd_health_name(before),
			    frrd_health_name(track->state));
		frrd_journal_track(track, before);
	}
	frrd_track_sync(track);
}

void frrd_track_apply(void)
{
	struct frrd_trk *track;

	frr_each_safe (frrd_tracks, &frrd_config.tracks, track) {
		track->touched = false;
		if (track->removed)
			frrd_track_sync(track); /* frees it when nothing is left */
		else
			frrd_track_evaluate(track);
	}
}

void frrd_track_nexthop_changed(void)
{
	struct frrd_trk *track;

	frr_each_safe (frrd_tracks, &frrd_config.tracks, track)
		frrd_track_sync(track);
}

void frrd_track_shutdown(void)
{
	struct frrd_trk *track;

	frr_each (frrd_tracks, &frrd_config.tracks, track)
		if (!track->removed)
			frrd_track_del(track);
	frrd_track_apply();
}

void frrd_track_fini(void)
{
	struct frrd_trk *track;

	frrd_track_sync_stop();
	while ((track = frrd_tracks_first(&frrd_config.tracks)))
		track_free(track);
}
