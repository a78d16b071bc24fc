/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/output.h"

/* Every test has a folder of its own and stands in it. */
static int enter(void **state)
{
    char folder[] = "/tmp/endoscope-test-XXXXXX";

    if (!mkdtemp(folder) || chdir(folder) != 0)
        return -1;
    *state = strdup(folder);
    return *state ? 0 : -1;
}

static int leave(void **state)
{
    DIR *folder = opendir(".");
    struct dirent *entry;

    while (folder && (entry = readdir(folder)))
        unlink(entry->d_name);
    if (folder)
        closedir(folder);
    if (chdir("/") != 0 || rmdir(*state) != 0)
        return -1;
    free(*state);
    return 0;
}

static size_t files_here(void)
{
    DIR *folder = opendir(".");
    struct dirent *entry;
    size_t count = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder)))
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void put_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_file(const char *path, const char *content)
{
    char text[256];
    FILE *file = fopen(path, "r");
    size_t len;

    assert_non_null(file);
    len = fread(text, 1, sizeof text - 1, file);
    text[len] = '\0';
    fclose(file);
    assert_string_equal(text, content);
}

static mode_t mode_of(const char *path)
{
    struct stat info;

    assert_int_equal(lstat(path, &info), 0);
    return info.st_mode & 07777;
}

static bool is_link(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

static void a_file_is_made_whole_and_nothing_is_left_beside_it(void **state)
{
    struct error err = {0};

    (void)state;
    umask(022);
    assert_true(output_write("report.md", slice_of("# one\n"), false, &err));
    assert_true(output_write("report.md", slice_of("# two\n"), false, &err));
    assert_file("report.md", "# two\n");
    assert_int_equal(mode_of("report.md"), 0644);
    assert_int_equal(files_here(), 1);
}

static void a_private_file_is_its_owners_alone(void **state)
{
    struct error err = {0};

    (void)state;
    umask(0);
    assert_true(output_write("kept", slice_of("x"), true, &err));
    assert_int_equal(mode_of("kept"), 0600);
    umask(022);
}

static void a_link_stays_and_its_target_is_replaced(void **state)
{
    struct error err = {0};

    (void)state;
    put_file("real.md", "old");
    assert_int_equal(symlink("real.md", "link.md"), 0);
    assert_true(output_write("link.md", slice_of("new"), false, &err));
    assert_true(is_link("link.md"));
    assert_file("real.md", "new");
    assert_int_equal(files_here(), 2);
}

static void a_link_that_leads_nowhere_is_an_error(void **state)
{
    struct error err = {0};

    (void)state;
    assert_int_equal(symlink("no/such/place", "link.md"), 0);
    assert_false(output_write("link.md", slice_of("new"), false, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "link.md"));
    assert_true(is_link("link.md"));
}

/* As /dev/stdout is, when standard output goes to a file. */
static void a_link_to_standard_output_is_written_through(void **state)
{
    struct error err = {0};
    int kept = dup(STDOUT_FILENO);
    int file = open("redirected", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    bool ok;

    (void)state;
    assert_int_equal(symlink("/proc/self/fd/1", "stdout"), 0);
    fflush(stdout);
    assert_int_not_equal(dup2(file, STDOUT_FILENO), -1);
    ok = output_write("stdout", slice_of("through"), false, &err);
    assert_int_not_equal(dup2(kept, STDOUT_FILENO), -1);
    close(kept);
    close(file);
    assert_true(ok);
    assert_true(is_link("stdout"));
    assert_file("redirected", "through");
    assert_int_equal(files_here(), 2);
}

static void a_pipe_is_written_not_replaced(void **state)
{
    struct error err = {0};
    char text[8] = "";
    int end;

    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    end = open("pipe", O_RDWR | O_CLOEXEC);
    assert_true(end >= 0);
    assert_true(output_write("pipe", slice_of("flow"), false, &err));
    assert_int_equal(read(end, text, sizeof text - 1), 4);
    assert_string_equal(text, "flow");
    close(end);
}

static void a_full_device_is_an_error_that_names_it(void **state)
{
    struct error err = {0};

    (void)state;
    assert_false(output_write("/dev/full", slice_of("x"), false, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "/dev/full"));
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct error err = {0};

    (void)state;
    assert_false(output_write("no/such/folder.md", slice_of("x"), false, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.text, "no/such/folder.md"));
    assert_false(output_write(".", slice_of("x"), false, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(files_here(), 0);
}

static void a_report_does_not_take_the_place_of_the_store(void **state)
{
    struct error err = {0};

    (void)state;
    put_file("endoscope.db", "nights");
    assert_int_equal(symlink("endoscope.db", "link.db"), 0);
    assert_true(output_spares("report.md", "endoscope.db", &err));
    assert_true(output_spares(NULL, "endoscope.db", &err));
    assert_true(output_spares("-", "endoscope.db", &err));
    assert_false(output_spares("./endoscope.db", "endoscope.db", &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_false(output_spares("link.db", "endoscope.db", &err));
}

static enum format format_of(const char *name, const char *path)
{
    struct error err = {0};
    enum format format;

    assert_true(output_format(name, path, &format, &err));
    return format;
}

static void the_format_is_the_one_named_or_the_endings(void **state)
{
    (void)state;
    assert_int_equal(format_of(NULL, NULL), FORMAT_MARKDOWN);
    assert_int_equal(format_of(NULL, "a/report.html"), FORMAT_HTML);
    assert_int_equal(format_of("json", "a/report.html"), FORMAT_JSON);
    assert_int_equal(format_of(NULL, "report.txt"), FORMAT_TEXT);
    assert_int_equal(format_of(NULL, "my.html/report"), FORMAT_MARKDOWN);
    assert_int_equal(format_of(NULL, "-"), FORMAT_MARKDOWN);
}

static void an_unknown_format_is_an_error_that_lists_those_there_are(void **state)
{
    struct error err = {0};
    enum format format;

    (void)state;
    assert_false(output_format("tap", NULL, &format, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.text, "md, html, json, text, junit, csv and prometheus"));
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(a_file_is_made_whole_and_nothing_is_left_beside_it),
        HERE(a_private_file_is_its_owners_alone),
        HERE(a_link_stays_and_its_target_is_replaced),
        HERE(a_link_that_leads_nowhere_is_an_error),
        HERE(a_link_to_standard_output_is_written_through),
        HERE(a_pipe_is_written_not_replaced),
        HERE(a_full_device_is_an_error_that_names_it),
        HERE(a_folder_that_is_not_there_is_an_error),
        HERE(a_report_does_not_take_the_place_of_the_store),
        cmocka_unit_test(the_format_is_the_one_named_or_the_endings),
        cmocka_unit_test(an_unknown_format_is_an_error_that_lists_those_there_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
