#!/usr/bin/env python3
"""Runs the commands of a document and compares what they print: readme.py README.md FOLDER_OF_PROGRAMS

Only blocks that begin with ```console are run, in one temporary folder with `fixtures` beside it.
A line that begins with `$ ` is a command, the lines below it what it prints, in which `...` stands
for anything, and a line of `...` alone for any number of lines. A command may end with 0 or 3.
"""
import os, re, subprocess, sys, tempfile

def commands(text):
    for block in re.findall(r"^```console\n(.*?)^```", text, re.M | re.S):
        command, said = None, []
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, said
                command, said = line[2:], []
            elif command and command.endswith("\\"):
                command = command[:-1] + line.strip()
            else:
                said.append(line)
        if command:
            yield command, said

def fits(said, expected):
    pattern = ""
    for line in expected:
        if line.strip() == "...":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in line.split("...")) + r"\n"
    return re.fullmatch(pattern, said)

def main(document, programs):
    here = os.getcwd()
    environment = dict(os.environ, PATH=os.path.abspath(programs) + ":" + os.environ["PATH"])
    with open(document, encoding="utf-8") as file, tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.join(here, "fixtures"), os.path.join(folder, "fixtures"))
        count = 0
        for command, expected in commands(file.read()):
            ran = subprocess.run(command, shell=True, cwd=folder, env=environment,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if ran.returncode not in (0, 3) or not fits(ran.stdout, expected):
                sys.exit("%s: $ %s\nexit %d; it printed\n%s\ninstead of\n%s"
                         % (document, command, ran.returncode, ran.stdout, "\n".join(expected)))
            count += 1
        if not count:
            sys.exit("%s has no command to run" % document)
        print("%d commands of %s print what it says" % (count, document))

if __name__ == "__main__":
    main(*sys.argv[1:])
