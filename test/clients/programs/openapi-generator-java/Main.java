// The client of openapi-generator for Java (native).
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.RequestsApi;
import org.openapitools.client.api.TransactionsApi;
import org.openapitools.client.model.Accrual;
import org.openapitools.client.model.Consumption;
import org.openapitools.client.model.EventMessage;
import org.openapitools.client.model.RecordConsumptionConflict;
import org.openapitools.client.model.Recorded;
import org.openapitools.client.model.RecordedRequest;
import org.openapitools.client.model.RequestCancellation;
import org.openapitools.client.model.RequestSubmission;
import org.openapitools.client.model.TransactionPage;

public class Main {
  public static void main(String[] args) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("DAYBOOK_URL"));
    String bearer = "Bearer " + System.getenv("DAYBOOK_KEY");
    client.setRequestInterceptor(request -> request.header("Authorization", bearer));
    TransactionsApi transactions = new TransactionsApi(client);
    RequestsApi requests = new RequestsApi(client);
    String book = System.getenv("DAYBOOK_BOOK");

    Recorded dry = accrue(transactions, book, "a-1", "25", true);
    Recorded first = accrue(transactions, book, "a-1", "25", false);
    Recorded again = accrue(transactions, book, "a-1", "25", false);
    accrue(transactions, book, "a-2", "1.5", false);

    RecordConsumptionConflict conflict = null;
    try {
      Consumption consumption =
          new Consumption().entity("e1").policy("annual").amount("1").effectiveOn(LocalDate.parse("2025-12-01"));
      transactions.recordConsumption(book, "c-1", consumption, null, null, null, null);
    } catch (ApiException refusal) {
      conflict = client.getObjectMapper().readValue(refusal.getResponseBody(), RecordConsumptionConflict.class);
    }

    int items = 0;
    String cursor = null;
    do {
      TransactionPage page =
          transactions.listTransactions(book, null, null, null, null, null, null, null, null, null, 1, cursor, null);
      items += page.getItems().size();
      cursor = page.getNextCursor();
    } while (cursor != null);

    RequestSubmission asked =
        new RequestSubmission()
            .id("r1")
            .entity("e1")
            .resource("annual-leave")
            .from(LocalDate.parse("2026-07-06"))
            .to(LocalDate.parse("2026-07-07"));
    RecordedRequest submitted = requests.submitRequest(book, "r-1", asked, null, null, null, null);
    RequestCancellation cancellation =
        new RequestCancellation().expectedVersion(submitted.getRequest().getVersion());
    RecordedRequest cancelled = requests.cancelRequest(book, "r1", "r-2", cancellation, null, null, null, null);

    EventMessage message =
        client.getObjectMapper().readValue(System.getenv("DAYBOOK_MESSAGE"), EventMessage.class);

    Map<String, Object> seen = new LinkedHashMap<>();
    seen.put("dryRun", dry.getPosition() == null);
    seen.put("replayed", first.getPosition().equals(again.getPosition()));
    seen.put("problem", conflict.getInsufficientBalanceProblem().getCode());
    seen.put("available", conflict.getInsufficientBalanceProblem().getAvailable());
    seen.put("items", items);
    seen.put("cancelled", cancelled.getRequest().getStatus().toString());
    seen.put("received", message.getType() + " " + message.getData().getPosition());
    System.out.println(new ObjectMapper().writeValueAsString(seen));
  }

  private static Recorded accrue(TransactionsApi transactions, String book, String key, String amount, boolean dryRun)
      throws ApiException {
    Accrual accrual =
        new Accrual().entity("e1").policy("annual").amount(amount).effectiveOn(LocalDate.parse("2026-01-01"));
    return transactions.recordAccrual(book, key, accrual, dryRun, null, null, null);
  }
}
