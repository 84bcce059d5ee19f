// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver of a fuzz target, where there is no libFuzzer:
 *
 *   fuzz_X [--seed N] [--seconds N | --runs N] FOLDER	mutations of the files of a folder
 *   fuzz_X FILE...					these inputs, once each
 *
 * The inputs of a seed are always the same. The input that is being tried is kept in
 * fuzz-crash-PID in the working folder until the next one, so that it is there after
 * a crash.  Prints "N inputs".
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX  70000
#define CORPUS_MAX 1000

struct input {
	size_t size;
	uint8_t *data;
};

/* The input that is being tried, mapped from the file: it outlives the process. */
struct current {
	uint64_t size;
	uint8_t data[INPUT_MAX];
};

static struct input corpus[CORPUS_MAX];
static size_t corpus_count;
static uint64_t state;
static struct current *current;
static char kept_path[64];

/* splitmix64 */
static uint64_t next_random(void)
{
	uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static size_t below(size_t limit)
{
	return limit ? next_random() % limit : 0;
}

static void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(2);
}

static struct input read_file(const char *path)
{
	struct input input = {};
	int fd = open(path, O_RDONLY);
	ssize_t got;

	input.data = malloc(INPUT_MAX);
	if (fd < 0 || !input.data)
		die(path);
	got = read(fd, input.data, INPUT_MAX);
	if (got < 0)
		die(path);
	input.size = got;
	close(fd);
	return input;
}

/* In the order of their names, whatever the file system's is. */
static void read_corpus(const char *folder)
{
	struct dirent **names;
	int count = scandir(folder, &names, NULL, alphasort);
	char path[4096];

	if (count < 0)
		die(folder);
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.' && corpus_count < CORPUS_MAX) {
			snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
			corpus[corpus_count++] = read_file(path);
		}
		free(names[i]);
	}
	free(names);
	if (!corpus_count) {
		fprintf(stderr, "fuzz: %s has no files\n", folder);
		exit(2);
	}
}

/* --- mutations ------------------------------------------------------------------------ */

static void insert(size_t at, const uint8_t *data, size_t size)
{
	if (size > INPUT_MAX - current->size)
		size = INPUT_MAX - current->size;
	memmove(current->data + at + size, current->data + at, current->size - at);
	memcpy(current->data + at, data, size);
	current->size += size;
}

static void cut(size_t at, size_t size)
{
	memmove(current->data + at, current->data + at + size, current->size - at - size);
	current->size -= size;
}

static void mutate(void)
{
	static const uint64_t edges[] = { 0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff,
					  0xffffffff, UINT64_MAX };
	const size_t at = below(current->size + 1), rest = current->size - at;
	const struct input *other;
	uint8_t bytes[64];
	size_t size;

	switch (below(8)) {
	case 0:
		if (rest)
			current->data[at] ^= 1u << below(8);
		break;
	case 1:
		if (rest)
			current->data[at] = next_random();
		break;
	case 2: /* a number at the edge of its range */
		size = 1u << below(4);
		if (size <= rest)
			memcpy(current->data + at, &edges[below(sizeof(edges) / sizeof(edges[0]))],
			       size);
		break;
	case 3: /* a number that is a little off */
		if (rest)
			current->data[at] += below(9) - 4;
		break;
	case 4:
		cut(at, below(rest + 1));
		break;
	case 5:
		size = below(sizeof(bytes));
		for (size_t i = 0; i < size; i++)
			bytes[i] = next_random();
		insert(at, bytes, size);
		break;
	case 6: /* a part of its own again */
		size = below(rest < sizeof(bytes) ? rest + 1 : sizeof(bytes));
		memcpy(bytes, current->data + at, size);
		insert(below(current->size + 1), bytes, size);
		break;
	default: /* a part of another input */
		other = &corpus[below(corpus_count)];
		size = below(other->size + 1);
		insert(at, other->data + below(other->size - size + 1), size);
		break;
	}
}

static void make_input(void)
{
	const struct input *base = &corpus[below(corpus_count)];

	memcpy(current->data, base->data, base->size);
	current->size = base->size;
	for (size_t count = below(6); count; count--)
		mutate();
}

/* --- the runs --------------------------------------------------------------------------- */

static void open_kept(void)
{
	int fd;

	snprintf(kept_path, sizeof(kept_path), "fuzz-crash-%d", (int)getpid());
	fd = open(kept_path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || ftruncate(fd, sizeof(*current)))
		die(kept_path);
	current = mmap(NULL, sizeof(*current), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (current == MAP_FAILED)
		die("mmap");
	close(fd);
}

static uint64_t run_mutations(uint64_t seconds, uint64_t runs)
{
	const time_t begin = time(NULL);
	uint64_t count = 0;

	/* The corpus itself first. */
	for (size_t i = 0; i < corpus_count; i++, count++)
		LLVMFuzzerTestOneInput(corpus[i].data, corpus[i].size);
	while (runs ? count < runs : (uint64_t)(time(NULL) - begin) < seconds) {
		make_input();
		LLVMFuzzerTestOneInput(current->data, current->size);
		count++;
	}
	return count;
}

/* A file that was kept after a crash, or any other. */
static void run_file(const char *path)
{
	struct input input = read_file(path);
	uint64_t size = 0;

	if (strstr(path, "fuzz-crash-") && input.size > sizeof(size)) {
		memcpy(&size, input.data, sizeof(size));
		if (size <= input.size - sizeof(size)) {
			LLVMFuzzerTestOneInput(input.data + sizeof(size), size);
			free(input.data);
			return;
		}
	}
	LLVMFuzzerTestOneInput(input.data, input.size);
	free(input.data);
}

int main(int argc, char **argv)
{
	uint64_t seconds = 10, runs = 0, count = 0;
	struct stat st;
	int i;

	for (i = 1; i + 1 < argc && !strncmp(argv[i], "--", 2); i += 2) {
		const uint64_t value = strtoull(argv[i + 1], NULL, 10);

		if (!strcmp(argv[i], "--seed"))
			state = value;
		else if (!strcmp(argv[i], "--seconds"))
			seconds = value;
		else if (!strcmp(argv[i], "--runs"))
			runs = value;
		else
			break;
	}
	if (i >= argc || stat(argv[i], &st)) {
		fprintf(stderr, "usage: fuzz [--seed N] [--seconds N | --runs N] FOLDER | FILE...\n");
		return 2;
	}
	if (S_ISDIR(st.st_mode)) {
		read_corpus(argv[i]);
		open_kept();
		count = run_mutations(seconds, runs);
		unlink(kept_path);
		for (size_t j = 0; j < corpus_count; j++)
			free(corpus[j].data);
	} else {
		for (; i < argc; i++, count++)
			run_file(argv[i]);
	}
	printf("%" PRIu64 " inputs\n", count);
	return 0;
}
