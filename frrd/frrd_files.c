// SPDX-License-Identifier: GPL-2.0-or-later
/* Where frrd keeps its files; see frrd_files.h. */

#include <zebra.h>

#include <pwd.h>

#include "log.h"

#include "frrd/frrd_errors.h"
#include "frrd/frrd_files.h"

#define FRRD_STATE_DIR "/var/lib/frr"
#define STATE_NAME "frrd.state"
#define JOURNAL_NAME "frrd-journal.jsonl"

static const char *state_option;
static const char *journal_option;
static const char *hooks = FRRD_HOOK_FOLDER;
static char folder[MAXPATHLEN]; /* the default one */
static char state_path[MAXPATHLEN];
static char journal_path[MAXPATHLEN];
static bool is_volatile;

void frrd_files_set_state(const char *path)
{
	state_option = path;
}

void frrd_files_set_journal(const char *path)
{
	journal_option = path;
}

void frrd_files_set_hooks(const char *path)
{
	hooks = path;
}

const char *frrd_files_hooks(void)
{
	return hooks;
}

/* A folder that is there already is somebody's; it stays as it is. */
static void make_folder(const char *path, const struct passwd *owner)
{
	if (mkdir(path, 0750) < 0)
		return;
	if (geteuid() == 0 && owner && chown(path, owner->pw_uid, owner->pw_gid) < 0)
		rmdir(path); /* nobody could write to it */
}

void frrd_files_prepare(const struct frr_daemon_info *di)
{
	const struct passwd *owner = di->privs->user ? getpwnam(di->privs->user) : NULL;

	snprintf(folder, sizeof(folder), "%s%s%s", FRRD_STATE_DIR, di->pathspace ? "/" : "",
		 di->pathspace ? di->pathspace : "");
	if (di->dryrun || (state_option && journal_option))
		return;
	make_folder(FRRD_STATE_DIR, owner);
	if (di->pathspace)
		make_folder(folder, owner);
}

/* The daemon may change its folder, and says in its messages where a file is. */
static void set_path(char *buf, size_t size, const char *option, const char *in, const char *name)
{
	buf[0] = '\0';
	if (!option)
		snprintf(buf, size, "%s/", in);
	else if (option[0] != '/' && getcwd(buf, size))
		strlcat(buf, "/", size);
	strlcat(buf, option ? option : name, size);
}

void frrd_files_init(void)
{
	const char *in = folder;

	if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) < 0) {
		in = frr_vtydir;
		is_volatile = !state_option;
	}
	set_path(state_path, sizeof(state_path), state_option, in, STATE_NAME);
	set_path(journal_path, sizeof(journal_path), journal_option, in, JOURNAL_NAME);
}

const char *frrd_files_state(void)
{
	return state_path;
}

const char *frrd_files_journal(void)
{
	return journal_path;
}

bool frrd_files_volatile(void)
{
	return is_volatile;
}
