// SPDX-License-Identifier: GPL-2.0-or-later
/* Northbound: operational state of probes and tracks; as frrd_nb_state.c. */

#include <zebra.h>

#include "northbound.h"
#include "yang_wrappers.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_vty.h"

static const char *leaf_of(const char *xpath)
{
	const char *slash = strrchr(xpath, '/');

	return slash ? slash + 1 : xpath;
}

/* The wall-clock time of a moment of the monotonic clock. */
static struct yang_data *since_data(const char *xpath, int64_t since_ms)
{
	struct timeval when;
	char buf[64];

	frrd_time_ago(frrd_now_ms() - since_ms, &when);
	return yang_data_new_string(xpath, frrd_time_str(&when, buf, sizeof(buf)));
}

/* --- probes --- */

const void *frrd_nb_state_probe_next(struct nb_cb_get_next_args *args)
{
	struct frrd_probe *probe = (struct frrd_probe *)args->list_entry;

	return probe ? frrd_probes_next(&frrd_config.probes, probe)
		     : frrd_probes_first(&frrd_config.probes);
}

int frrd_nb_state_probe_keys(struct nb_cb_get_keys_args *args)
{
	const struct frrd_probe *probe = args->list_entry;

	args->keys->num = 1;
	strlcpy(args->keys->key[0], probe->name, sizeof(args->keys->key[0]));
	return NB_OK;
}

const void *frrd_nb_state_probe_lookup(struct nb_cb_lookup_entry_args *args)
{
	return frrd_probe_find(args->keys->key[0]);
}

struct yang_data *frrd_nb_state_probe_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_probe *probe = args->list_entry;
	const char *leaf = leaf_of(args->xpath);

	if (strmatch(leaf, "name"))
		return yang_data_new_string(args->xpath, probe->name);
	if (strmatch(leaf, "state"))
		return yang_data_new_string(args->xpath, frrd_health_name(probe->health.state));
	if (strmatch(leaf, "since"))
		return since_data(args->xpath, probe->since_ms);
	if (strmatch(leaf, "text"))
		return yang_data_new_string(args->xpath, probe->text);
	if (strmatch(leaf, "latency") && probe->latency_us)
		return yang_data_new_uint32(args->xpath, probe->latency_us);
	return NULL;
}

/* --- tracks --- */

const void *frrd_nb_state_track_next(struct nb_cb_get_next_args *args)
{
	struct frrd_trk *track = (struct frrd_trk *)args->list_entry;

	track = track ? frrd_tracks_next(&frrd_config.tracks, track)
		      : frrd_tracks_first(&frrd_config.tracks);
	while (track && track->removed)
		track = frrd_tracks_next(&frrd_config.tracks, track);
	return track;
}

int frrd_nb_state_track_keys(struct nb_cb_get_keys_args *args)
{
	const struct frrd_trk *track = args->list_entry;

	args->keys->num = 1;
	strlcpy(args->keys->key[0], track->name, sizeof(args->keys->key[0]));
	return NB_OK;
}

const void *frrd_nb_state_track_lookup(struct nb_cb_lookup_entry_args *args)
{
	return frrd_track_find(args->keys->key[0]);
}

struct yang_data *frrd_nb_state_track_elem(struct nb_cb_get_elem_args *args)
{
	const struct frrd_trk *track = args->list_entry;
	const char *leaf = leaf_of(args->xpath);

	if (strmatch(leaf, "name"))
		return yang_data_new_string(args->xpath, track->name);
	if (strmatch(leaf, "state"))
		return yang_data_new_string(args->xpath, frrd_health_name(track->state));
	if (strmatch(leaf, "since"))
		return since_data(args->xpath, track->since_ms);
	return NULL;
}
