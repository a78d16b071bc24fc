/* SPDX-License-Identifier: MIT */
#include "render/xml.h"

#include "tests/unit/unit.h"

static void a_document_is_indented_and_its_texts_are_not(void **state)
{
    struct buf out = BUF_INIT;
    struct xml xml;

    (void)state;
    xml_begin(&xml, &out);
    xml_open(&xml, "a");
    xml_attribute(&xml, "b", slice_of("c"));
    xml_open(&xml, "empty");
    xml_close(&xml);
    xml_open(&xml, "text");
    xml_text(&xml, slice_of("one\n"));
    xml_text(&xml, slice_of("two"));
    xml_close(&xml);
    xml_close(&xml);
    assert_string_equal(out.data, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"c\">\n <empty/>\n"
                                  " <text>one\ntwo</text>\n</a>\n");
    buf_free(&out);
}

static void nothing_in_it_is_markup_or_what_xml_cannot_hold(void **state)
{
    struct buf out = BUF_INIT;
    struct xml xml;

    (void)state;
    xml_begin(&xml, &out);
    xml_open(&xml, "a");
    xml_attribute(&xml, "b", (struct slice){"\"><x y='\n\0\xFF&amp;", 15});
    xml_text(&xml, slice_of("]]></a><!-- \x1B[0m"));
    xml_close(&xml);
    assert_non_null(strstr(out.data, "<a b=\"&quot;&gt;&lt;x y=&#39;\\n\\u{0000}\\xFF&amp;amp\">"));
    assert_non_null(strstr(out.data, ">]]&gt;&lt;/a&gt;&lt;!-- \\u{001B}[0m</a>\n"));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_indented_and_its_texts_are_not),
        cmocka_unit_test(nothing_in_it_is_markup_or_what_xml_cannot_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
