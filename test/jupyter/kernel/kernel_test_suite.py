"""Jupyter's own test suite for kernels, with its schema check on. Only the pager is skipped: the kernel has none."""
import unittest

import jupyter_kernel_test


class ConvbookTests(jupyter_kernel_test.KernelTests):
    kernel_name = "convbook"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('a warning')"
    completion_samples = [
        {"text": "Math.flo", "matches": {"floor"}},
        {"text": "'🙂'; Math.flo", "matches": {"floor"}},
    ]
    complete_code_samples = ["1", "const x: number = 1", "function f() {\n  return 1\n}", "// a comment"]
    incomplete_code_samples = ["function f() {", "const x = [", "`a template", "if (true) {"]
    invalid_code_samples = ["const = 1", "a b c", ")"]
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "'6' + '7'", "result": "'67'"},
        {"code": "[1, 2, 3].map((n: number) => n * 2)", "result": "[ 2, 4, 6 ]"},
    ]
    code_display_data = [
        {"code": "import { display, html } from 'convbook'; display(html('<b>bold</b>'))", "mime": "text/html"},
    ]
    code_history_pattern = "1?+*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.floor"
    code_clear_output = "import { clearOutput } from 'convbook'; clearOutput()"

    def test_stdin(self):
        """The suite has no test of it: input is asked of the client that runs the cell."""
        self.flush_channels()
        msg_id = self.kc.execute("import { input } from 'convbook'; await input('Name? ')", allow_stdin=True)
        request = self.kc.get_stdin_msg(timeout=15)
        self.assertEqual(request["header"]["msg_type"], "input_request")
        self.assertEqual(request["parent_header"]["msg_id"], msg_id)
        self.assertEqual(request["content"], {"prompt": "Name? ", "password": False})
        self.kc.input("Ada")
        reply = self.get_non_kernel_info_reply(timeout=15)
        self.assertEqual(reply["content"]["status"], "ok")
        outputs = []
        while True:
            msg = self.kc.get_iopub_msg(timeout=5)
            if msg["msg_type"] == "execute_result":
                outputs.append(msg["content"]["data"]["text/plain"])
            if msg["content"].get("execution_state") == "idle":
                break
        self.assertEqual(outputs, ["'Ada'"])


class ConvbookWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "convbook"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
