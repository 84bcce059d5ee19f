// SPDX-License-Identifier: GPL-2.0-or-later
/* show subnet-mover probes and track: what probes say, who uses them, how frrd-io does. */

#include <zebra.h>

#include "command.h"
#include "json.h"
#include "termtable.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_ioproc.h"
#include "frrd/frrd_probe_use.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_vty.h"
#include "frrd/frrd_words.h"

#include "frrd/frrd_vty_probe_clippy.c"

/* --- who uses a probe --------------------------------------------------------------- */

/* Called for every user: a group of this site with the probe's role in it, or a track. */
static void each_user(const char *probe,
		      void (*user)(void *arg, const struct frrd_grp *grp,
				   const struct frrd_trk *track, enum frrd_probe_role role),
		      void *arg)
{
	struct frrd_probe_ref *ref;
	struct frrd_member *member;
	struct frrd_trk *track;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp) {
		member = frrd_member_local(grp);
		ref = member ? frrd_probe_use_find(&member->probes, probe) : NULL;
		if (ref)
			user(arg, grp, NULL, ref->role);
	}
	frr_each (frrd_tracks, &frrd_config.tracks, track) {
		ref = track->removed ? NULL : frrd_probe_use_find(&track->use, probe);
		if (ref)
			user(arg, NULL, track, ref->role);
	}
}

struct text_buffer {
	char text[512];
	size_t length;
};

static void add_user_text(void *arg, const struct frrd_grp *grp, const struct frrd_trk *track,
			  enum frrd_probe_role role)
{
	struct text_buffer *buffer = arg;

	if (buffer->length >= sizeof(buffer->text))
		return;
	buffer->length += snprintf(buffer->text + buffer->length,
				   sizeof(buffer->text) - buffer->length, "%s%s %s%s%s",
				   buffer->length ? ", " : "", grp ? "group" : "track",
				   grp ? grp->name : track->name,
				   role == FRRD_ROLE_BOTH ? "" : " as ",
				   role == FRRD_ROLE_BOTH ? "" : frrd_probe_role_name(role));
}

static void add_user_json(void *arg, const struct frrd_grp *grp, const struct frrd_trk *track,
			  enum frrd_probe_role role)
{
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, grp ? "group" : "track", grp ? grp->name : track->name);
	if (grp)
		json_object_string_add(json, "role", frrd_probe_role_name(role));
	json_object_array_add(arg, json);
}

/* --- frrd-io ------------------------------------------------------------------------- */

static void print_io(struct vty *vty)
{
	struct frrd_ioproc_status io = frrd_ioproc_status();
	char text[32];

	vty_out(vty, "frrd-io: %s", frrd_ioproc_state_name(io.state));
	if (io.pid)
		vty_out(vty, ", pid %d", io.pid);
	if (io.state != FRRD_IOPROC_IDLE)
		vty_out(vty, ", for %s",
			frrd_age_str(frrd_now_ms() - io.since_ms, text, sizeof(text)));
	if (io.state == FRRD_IOPROC_WAITING)
		vty_out(vty, ", started again in %s",
			frrd_ms_str(MAX(io.next_ms - frrd_now_ms(), 0), text, sizeof(text)));
	vty_out(vty, ", restarts %u%s%s\n", io.restarts, io.problem[0] ? ", last problem: " : "",
		io.problem);
}

static struct json_object *json_io(void)
{
	struct frrd_ioproc_status io = frrd_ioproc_status();
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, "state", frrd_ioproc_state_name(io.state));
	if (io.pid)
		json_object_int_add(json, "pid", io.pid);
	json_object_int_add(json, "restarts", io.restarts);
	if (io.state != FRRD_IOPROC_IDLE)
		json_object_int_add(json, "stateMs", frrd_now_ms() - io.since_ms);
	if (io.problem[0])
		json_object_string_add(json, "problem", io.problem);
	return json;
}

/* --- probes --------------------------------------------------------------------------- */

static const char *when_unknown_name(enum frrd_when_unknown when_unknown)
{
	switch (when_unknown) {
	case FRRD_UNKNOWN_NO_MOVE:
		break;
	case FRRD_UNKNOWN_UP:
		return "up";
	case FRRD_UNKNOWN_DOWN:
		return "down";
	}
	return "no-move";
}

static int64_t state_age_ms(const struct frrd_probe *probe)
{
	return frrd_now_ms() - probe->since_ms;
}

static const char *latency_str(uint32_t us, char *buf, size_t size)
{
	if (!us)
		strlcpy(buf, "-", size);
	else
		snprintf(buf, size, "%u.%03u ms", us / 1000, us % 1000);
	return buf;
}

/* Cells are separated by '|'. */
static const char *cell(const char *text, char *buf, size_t size)
{
	strlcpy(buf, text, size);
	for (char *c = buf; *c; c++)
		if (*c == '|')
			*c = '/';
	return buf;
}

static void print_probes(struct vty *vty)
{
	struct ttable *table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	char target[1100], target_cell[64], text[FRRD_IPC_TEXT], age[32], latency[32];
	struct frrd_probe *probe;

	print_io(vty);
	vty_out(vty, "\n");
	ttable_add_row(table, "Probe|Kind|Target|State|Since|Latency|Last result");
	frr_each (frrd_probes, &frrd_config.probes, probe) {
		frrd_probe_target(probe, target, sizeof(target));
		ttable_add_row(table, "%s|%s|%s|%s|%s|%s|%s", probe->name,
			       frrd_probe_kind_name(probe->kind),
			       cell(target, target_cell, sizeof(target_cell)),
			       frrd_health_name(probe->health.state),
			       frrd_age_str(state_age_ms(probe), age, sizeof(age)),
			       latency_str(probe->latency_us, latency, sizeof(latency)),
			       cell(probe->text, text, sizeof(text)));
	}
	frrd_vty_table(vty, table);
}

static void print_times(struct vty *vty, const struct frrd_probe *probe)
{
	char retry[48] = "";

	if (probe->io.retry_ms < probe->io.interval_ms)
		snprintf(retry, sizeof(retry), " (every %u ms while unsettled)",
			 probe->io.retry_ms);
	if (frrd_probe_kind_is_io(probe->kind))
		vty_out(vty, "  Runs every %u ms%s, jitter %u %%, timeout %u ms; rise %u, fall %u\n",
			probe->io.interval_ms, retry, probe->io.jitter, probe->io.timeout_ms,
			probe->io.rise, probe->io.fall);
	else if (probe->kind != FRRD_PROBE_NONE)
		vty_out(vty, "  Follows events\n");
}

static void print_probe(struct vty *vty, const struct frrd_probe *probe)
{
	struct text_buffer users = {};
	char target[1100], text[32];

	frrd_probe_target(probe, target, sizeof(target));
	vty_out(vty, "Probe %s\n", probe->name);
	if (probe->description)
		vty_out(vty, "  Description: %s\n", probe->description);
	vty_out(vty, "  Checks: %s%s%s\n", frrd_probe_kind_name(probe->kind), target[0] ? " " : "",
		target);
	vty_out(vty, "  State: %s for %s\n", frrd_health_name(probe->health.state),
		frrd_age_str(state_age_ms(probe), text, sizeof(text)));
	if (probe->health.state == FRRD_HEALTH_UNKNOWN)
		vty_out(vty, "  Counts as: %s (when-unknown %s)\n",
			frrd_health_name(frrd_health_counts(&probe->health, probe->when_unknown)),
			when_unknown_name(probe->when_unknown));
	vty_out(vty, "  Last result: %s\n", probe->text);
	vty_out(vty, "  Latency: %s\n", latency_str(probe->latency_us, text, sizeof(text)));
	vty_out(vty, "  Results: %" PRIu64 " good, %" PRIu64 " bad; state changes: %" PRIu64 "\n",
		probe->good, probe->bad, probe->changes);
	print_times(vty, probe);
	each_user(probe->name, add_user_text, &users);
	vty_out(vty, "  Used by: %s\n", users.length ? users.text : "nothing at this site");
}

static struct json_object *json_probe(const struct frrd_probe *probe)
{
	struct json_object *json = json_object_new_object();
	struct json_object *users = json_object_new_array();
	char target[1100];

	frrd_probe_target(probe, target, sizeof(target));
	if (probe->description)
		json_object_string_add(json, "description", probe->description);
	json_object_string_add(json, "kind", frrd_probe_kind_name(probe->kind));
	json_object_string_add(json, "target", target);
	json_object_string_add(json, "state", frrd_health_name(probe->health.state));
	frrd_json_add_time(json, "since", state_age_ms(probe));
	json_object_int_add(json, "stateMs", state_age_ms(probe));
	json_object_string_add(json, "countsAs",
			       frrd_health_name(frrd_health_counts(&probe->health,
								   probe->when_unknown)));
	json_object_string_add(json, "whenUnknown", when_unknown_name(probe->when_unknown));
	json_object_string_add(json, "text", probe->text);
	if (probe->latency_us)
		json_object_int_add(json, "latencyUs", probe->latency_us);
	json_object_int_add(json, "good", probe->good);
	json_object_int_add(json, "bad", probe->bad);
	json_object_int_add(json, "changes", probe->changes);
	if (frrd_probe_kind_is_io(probe->kind)) {
		json_object_int_add(json, "intervalMs", probe->io.interval_ms);
		json_object_int_add(json, "retryIntervalMs", probe->io.retry_ms);
		json_object_int_add(json, "timeoutMs", probe->io.timeout_ms);
		json_object_int_add(json, "rise", probe->io.rise);
		json_object_int_add(json, "fall", probe->io.fall);
	}
	each_user(probe->name, add_user_json, users);
	json_object_object_add(json, "usedBy", users);
	return json;
}

static struct json_object *json_probes(const struct frrd_probe *only)
{
	struct json_object *json = json_object_new_object();
	struct json_object *probes = json_object_new_object();
	struct frrd_probe *probe;

	json_object_object_add(json, "frrdIo", json_io());
	frr_each (frrd_probes, &frrd_config.probes, probe)
		if (!only || probe == only)
			json_object_object_add(probes, probe->name, json_probe(probe));
	json_object_object_add(json, "probes", probes);
	return json;
}

DEFPY(show_subnet_mover_probes, show_subnet_mover_probes_cmd,
      "show subnet-mover probes [NAME$name] [json$json]",
      SHOW_STR
      "Subnet mover\n"
      "Probes: what they say, who uses them, and the state of frrd-io, which runs them\n"
      "Name of a probe\n"
      JSON_STR)
{
	const struct frrd_probe *probe = name ? frrd_probe_find(name) : NULL;

	if (name && !probe) {
		vty_out(vty, "%% there is no probe %s\n", name);
		return CMD_WARNING;
	}
	if (json)
		return vty_json(vty, json_probes(probe));
	if (probe)
		print_probe(vty, probe);
	else if (frrd_probes_count(&frrd_config.probes))
		print_probes(vty);
	else
		vty_out(vty, "No probes are configured\n");
	return CMD_SUCCESS;
}

/* --- the probes of a group ------------------------------------------------------------- */

void frrd_vty_group_probes(struct vty *vty, struct frrd_grp *grp)
{
	const struct frrd_member *member = frrd_member_local(grp);
	const struct frrd_probe_ref *ref;
	const char *separator = " ";

	if (!member || !frrd_probe_refs_count(&member->probes.refs))
		return;
	vty_out(vty, "  Probes here: %s", frrd_combine_name(member->probes.mode));
	if (member->probes.mode == FRRD_COMBINE_AT_LEAST)
		vty_out(vty, " %u", member->probes.number);
	vty_out(vty, " of");
	frr_each (frrd_probe_refs_const, &member->probes.refs, ref) {
		const struct frrd_probe *probe = frrd_probe_find(ref->name);

		vty_out(vty, "%s%s%s%s%s is %s", separator, ref->name,
			ref->role == FRRD_ROLE_BOTH ? "" : " (",
			ref->role == FRRD_ROLE_BOTH ? "" : frrd_probe_role_name(ref->role),
			ref->role == FRRD_ROLE_BOTH ? "" : ")",
			probe ? frrd_health_name(probe->health.state) : "not configured");
		separator = ", ";
	}
	vty_out(vty, "\n");
}

void frrd_json_add_probes(struct json_object *json, struct frrd_grp *grp)
{
	const struct frrd_member *member = frrd_member_local(grp);
	const struct frrd_probe_ref *ref;
	struct json_object *probes, *list;

	if (!member || !frrd_probe_refs_count(&member->probes.refs))
		return;
	probes = json_object_new_object();
	list = json_object_new_object();
	json_object_string_add(probes, "mode", frrd_combine_name(member->probes.mode));
	if (member->probes.mode == FRRD_COMBINE_AT_LEAST)
		json_object_int_add(probes, "number", member->probes.number);
	frr_each (frrd_probe_refs_const, &member->probes.refs, ref) {
		const struct frrd_probe *probe = frrd_probe_find(ref->name);
		struct json_object *entry = json_object_new_object();

		json_object_string_add(entry, "role", frrd_probe_role_name(ref->role));
		json_object_string_add(entry, "state",
				       frrd_health_name(probe ? probe->health.state
							      : FRRD_HEALTH_UNKNOWN));
		json_object_object_add(list, ref->name, entry);
	}
	json_object_object_add(probes, "list", list);
	json_object_object_add(json, "probes", probes);
}

/* --- tracks --------------------------------------------------------------------------- */

static uint32_t installed(const struct frrd_trk *track)
{
	const struct frrd_track_prefix *tp;
	uint32_t count = 0;

	frr_each (frrd_track_prefixes_const, &track->prefixes, tp)
		count += tp->status == FRRD_ROUTE_INSTALLED;
	return count;
}

static void print_tracks(struct vty *vty)
{
	struct ttable *table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	struct frrd_trk *track;
	char age[32];

	ttable_add_row(table, "Track|State|Since|Probes|Installed");
	frr_each (frrd_tracks, &frrd_config.tracks, track)
		if (!track->removed)
			ttable_add_row(table, "%s|%s|%s|%s of %zu|%u/%zu", track->name,
				       frrd_health_name(track->state),
				       frrd_age_str(frrd_now_ms() - track->since_ms, age,
						    sizeof(age)),
				       frrd_combine_name(track->use.mode),
				       frrd_probe_refs_count(&track->use.refs), installed(track),
				       frrd_track_prefixes_count(&track->prefixes));
	frrd_vty_table(vty, table);
}

static void print_track(struct vty *vty, const struct frrd_trk *track)
{
	const struct frrd_track_prefix *tp;
	const struct frrd_probe_ref *ref;
	char age[32];

	vty_out(vty, "Track %s\n", track->name);
	if (track->description)
		vty_out(vty, "  Description: %s\n", track->description);
	vty_out(vty, "  State: %s for %s\n", frrd_health_name(track->state),
		frrd_age_str(frrd_now_ms() - track->since_ms, age, sizeof(age)));
	vty_out(vty, "  Probes: %s", frrd_combine_name(track->use.mode));
	if (track->use.mode == FRRD_COMBINE_AT_LEAST)
		vty_out(vty, " %u", track->use.number);
	vty_out(vty, "\n");
	frr_each (frrd_probe_refs_const, &track->use.refs, ref) {
		const struct frrd_probe *probe = frrd_probe_find(ref->name);

		vty_out(vty, "    %s: %s%s%s\n", ref->name,
			probe ? frrd_health_name(probe->health.state) : "not configured",
			probe && probe->text[0] ? ", " : "", probe ? probe->text : "");
	}
	frr_each (frrd_track_prefixes_const, &track->prefixes, tp)
		vty_out(vty, "  Route %pFX: %s%s%s\n", &tp->prefix,
			frrd_route_status_name(tp->status),
			tp->cause == FRRD_CAUSE_NONE ? "" : ", ",
			tp->cause == FRRD_CAUSE_NONE ? "" : frrd_route_cause_text(tp->cause));
}

static struct json_object *json_track(const struct frrd_trk *track)
{
	struct json_object *json = json_object_new_object();
	struct json_object *probes = json_object_new_object();
	struct json_object *routes = json_object_new_object();
	const struct frrd_track_prefix *tp;
	const struct frrd_probe_ref *ref;

	if (track->description)
		json_object_string_add(json, "description", track->description);
	json_object_string_add(json, "state", frrd_health_name(track->state));
	frrd_json_add_time(json, "since", frrd_now_ms() - track->since_ms);
	json_object_int_add(json, "stateMs", frrd_now_ms() - track->since_ms);
	json_object_int_add(json, "changes", track->changes);
	json_object_string_add(json, "mode", frrd_combine_name(track->use.mode));
	if (track->use.mode == FRRD_COMBINE_AT_LEAST)
		json_object_int_add(json, "number", track->use.number);
	frr_each (frrd_probe_refs_const, &track->use.refs, ref) {
		const struct frrd_probe *probe = frrd_probe_find(ref->name);

		json_object_string_add(probes, ref->name,
				       frrd_health_name(probe ? probe->health.state
							      : FRRD_HEALTH_UNKNOWN));
	}
	json_object_object_add(json, "probes", probes);
	frr_each (frrd_track_prefixes_const, &track->prefixes, tp) {
		struct json_object *route = json_object_new_object();
		char prefix[PREFIX_STRLEN];

		json_object_string_add(route, "status", frrd_route_status_name(tp->status));
		if (tp->cause != FRRD_CAUSE_NONE)
			json_object_string_add(route, "cause", frrd_route_cause_text(tp->cause));
		json_object_object_add(routes, prefix2str(&tp->prefix, prefix, sizeof(prefix)),
				       route);
	}
	json_object_object_add(json, "routes", routes);
	return json;
}

static struct json_object *json_tracks(const struct frrd_trk *only)
{
	struct json_object *json = json_object_new_object();
	struct json_object *tracks = json_object_new_object();
	struct frrd_trk *track;

	frr_each (frrd_tracks, &frrd_config.tracks, track)
		if (!track->removed && (!only || track == only))
			json_object_object_add(tracks, track->name, json_track(track));
	json_object_object_add(json, "tracks", tracks);
	return json;
}

DEFPY(show_subnet_mover_track, show_subnet_mover_track_cmd,
      "show subnet-mover track [NAME$name] [json$json]",
      SHOW_STR
      "Subnet mover\n"
      "Tracks: objects that follow probes, and the routes that hang on them\n"
      "Name of a track\n"
      JSON_STR)
{
	const struct frrd_trk *track = name ? frrd_track_find(name) : NULL;

	if (name && !track) {
		vty_out(vty, "%% there is no track %s\n", name);
		return CMD_WARNING;
	}
	if (json)
		return vty_json(vty, json_tracks(track));
	if (track)
		print_track(vty, track);
	else if (frrd_tracks_count(&frrd_config.tracks))
		print_tracks(vty);
	else
		vty_out(vty, "No tracks are configured\n");
	return CMD_SUCCESS;
}

void frrd_vty_probe_init(void)
{
	install_element(VIEW_NODE, &show_subnet_mover_probes_cmd);
	install_element(VIEW_NODE, &show_subnet_mover_track_cmd);
}
