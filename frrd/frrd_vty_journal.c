// SPDX-License-Identifier: GPL-2.0-or-later
/* show subnet-mover journal: the last lines of the journal. */

#include <zebra.h>

#include "command.h"
#include "json.h"

#include "frrd/frrd_journal.h"
#include "frrd/frrd_vty.h"

#include "frrd/frrd_vty_journal_clippy.c"

#define DEFAULT_LINES 20

/* What is in every line and says nothing to people who read it here. */
static const char *const left_out[] = { "time", "monoUs", "bootId", "seq", "pid",
					"site", "kind",	  "group",  NULL };

static bool is_left_out(const char *name)
{
	for (size_t i = 0; left_out[i]; i++)
		if (strmatch(name, left_out[i]))
			return true;
	return false;
}

static const char *field(struct json_object *line, const char *name)
{
	struct json_object *value = json_object_object_get(line, name);

	return value ? json_object_get_string(value) : "";
}

/* Strings without quotes, all else as in the journal. */
static const char *value_text(struct json_object *value)
{
	if (json_object_is_type(value, json_type_string))
		return json_object_get_string(value);
	return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void print_line(void *arg, const char *text)
{
	struct json_object *line = json_tokener_parse(text);
	struct vty *vty = arg;

	if (!json_object_is_type(line, json_type_object)) {
		vty_out(vty, "%s\n", text);
		json_object_put(line);
		return;
	}
	vty_out(vty, "%s %s", field(line, "time"), field(line, "kind"));
	if (field(line, "group")[0])
		vty_out(vty, " %s", field(line, "group"));
	json_object_object_foreach(line, name, value)
		if (!is_left_out(name))
			vty_out(vty, " %s=%s", name, value_text(value));
	vty_out(vty, "\n");
	json_object_put(line);
}

static void collect_line(void *arg, const char *text)
{
	struct json_object *line = json_tokener_parse(text);

	if (line)
		json_object_array_add(arg, line);
}

static struct json_object *json_journal(uint32_t count)
{
	struct json_object *json = json_object_new_object();
	struct json_object *lines = json_object_new_array();

	(void)frrd_journal_last(count, collect_line, lines);
	json_object_string_add(json, "path", frrd_journal_path());
	json_object_string_add(json, "problem", frrd_journal_problem());
	json_object_int_add(json, "dropped", (int64_t)frrd_journal_dropped());
	json_object_object_add(json, "lines", lines);
	return json;
}

DEFPY(show_subnet_mover_journal, show_subnet_mover_journal_cmd,
      "show subnet-mover journal [(1-1000)$count] [json$json]",
      SHOW_STR
      "Subnet mover\n"
      "What happened, as it is kept for programs\n"
      "How many lines\n"
      JSON_STR)
{
	uint32_t wanted = count_str ? (uint32_t)count : DEFAULT_LINES;

	if (json)
		return vty_json(vty, json_journal(wanted));
	if (frrd_journal_problem()[0])
		vty_out(vty, "%% %s\n", frrd_journal_problem());
	if (frrd_journal_dropped())
		vty_out(vty, "%% %" PRIu64 " lines could not be written\n", frrd_journal_dropped());
	return frrd_journal_last(wanted, print_line, vty) ? CMD_SUCCESS : CMD_WARNING;
}

void frrd_vty_journal_init(void)
{
	install_element(VIEW_NODE, &show_subnet_mover_journal_cmd);
}
