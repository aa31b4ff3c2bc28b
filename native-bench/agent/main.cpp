#include <unistd.h>

#include "agent/serve.hpp"

int main() {
  return folio::serve(STDIN_FILENO, STDOUT_FILENO);
}
